/* Searches while somebody types, on the page that asks for whom. Without it the button "Search" does the same.

   It asks what the form asks: what is typed is posted, and stands in no address. The list is put in the place of the
   former one, never while a finger, the mouse or the focus is on it. */
(function () {
  "use strict";

  const PAUSE = 250; // ms after the last key
  const form = document.getElementById("choose-form");
  const field = document.getElementById("search");
  const list = document.getElementById("choose-list");
  const told = document.getElementById("search-told");
  if (!form || !field || !list || !told) {
    return;
  }

  // Who has keys before them begins in the field, as a click would: on a phone its keyboard would hide the list.
  const fresh = document.activeElement === document.body;
  if (fresh && matchMedia("(hover: hover) and (pointer: fine)").matches && !document.querySelector("[role=alert]")) {
    field.focus({ preventScroll: true });
  }

  let shown = field.defaultValue.trim(); // what the list is of
  let waiting = 0;
  let underWay = null;
  let held = null; // an answer that came while somebody was at the list
  let pressed = false;
  let over = false; // whether the mouse went to the list since the last key

  function letGo() {
    window.clearTimeout(waiting);
    if (underWay) {
      underWay.abort();
    }
    underWay = held = null;
  }

  function typed() {
    letGo();
    pressed = over = false;
    waiting = window.setTimeout(ask, PAUSE);
  }

  async function ask() {
    const search = field.value.trim();
    if (search === shown) {
      return;
    }
    const mine = (underWay = new AbortController());
    const asked = { csrf_token: form.elements.csrf_token.value, search: search, do: "look" };
    try {
      const answer = await fetch(form.getAttribute("action"), {
        method: "POST",
        body: new URLSearchParams(asked),
        headers: { Accept: "text/html" },
        signal: mine.signal,
      });
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      if (!answer.ok || !page.getElementById("choose-list") || !page.getElementById("search-told")) {
        throw new Error("another page");
      }
      held = { search: search, page: page };
      show();
    } catch (failure) {
      if (mine === underWay) {
        told.textContent = told.dataset.failed;
      }
    }
  }

  function show() {
    if (!held || pressed || over || list.contains(document.activeElement)) {
      return;
    }
    const page = held.page;
    shown = held.search;
    held = null;
    const address = page.getElementById("choose-form").getAttribute("action");
    form.setAttribute("action", address);
    history.replaceState(null, "", address);
    const back = "#language-form input[name=back]";
    document.querySelector(back).value = page.querySelector(back).value;
    list.replaceChildren(...page.getElementById("choose-list").childNodes);
    told.replaceChildren(...page.getElementById("search-told").childNodes);
  }

  field.addEventListener("input", typed);
  typed(); // what was typed before this script was there
  field.addEventListener("keydown", function (key) {
    const first = list.querySelector("input[type=radio]:enabled");
    if (key.key === "ArrowDown" && first) {
      key.preventDefault();
      first.focus();
    }
  });
  list.addEventListener("keydown", function (key) {
    if (key.key === "Enter" && key.target.matches("input[type=radio]")) {
      key.preventDefault(); // it would press the first button, which searches
      key.target.checked = true;
      form.requestSubmit(document.getElementById("choose-submit"));
    }
  });
  list.addEventListener("change", letGo); // who has chosen keeps the list in which they did
  list.addEventListener("pointerdown", function () {
    pressed = true;
  });
  for (const end of ["pointerup", "pointercancel"]) {
    document.addEventListener(end, function () {
      pressed = false;
      window.setTimeout(show); // after the click that it is part of
    });
  }
  list.addEventListener("pointermove", function (pointer) {
    over = over || pointer.pointerType === "mouse";
  });
  list.addEventListener("pointerleave", function () {
    over = false;
    show();
  });
  list.addEventListener("focusout", function () {
    window.setTimeout(show);
  });
})();
