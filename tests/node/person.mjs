// A person at a browser without JavaScript: follows redirects, keeps cookies, fills in forms by their ids.

const MOST_REDIRECTS = 10;

export class Person {
  #cookies = new Map();
  #stopAt;
  url;
  html = "";

  // `stopAt`: the client's redirect URI; what comes there is an answer for the client, not a page.
  constructor(stopAt) {
    this.#stopAt = stopAt;
  }

  async visit(url) {
    await this.#go(new URL(url), { method: "GET" });
  }

  has(id) {
    return this.html.includes(` id="${id}"`);
  }

  // Send the form, with what is typed and by the button of that id.
  async submit(formId, typed, buttonId) {
    const form = this.#form(formId);
    const body = new URLSearchParams();
    for (const input of form.inputs) {
      if (input.type === "hidden") body.append(input.name, input.value ?? "");
    }
    const button = form.buttons.find((one) => one.id === buttonId);
    if (!button) throw new Error(`no button ${buttonId} at ${this.url.pathname}`);
    if (button.name) body.append(button.name, button.value ?? "");
    for (const [name, value] of Object.entries(typed)) body.append(name, value);
    const to = new URL(button.formaction ?? form.action ?? this.url, this.url);
    await this.#go(to, {
      method: "POST",
      body,
      headers: { origin: to.origin, referer: this.url.href },
    });
  }

  // The value of the radio button whose label says `text`.
  radio(text) {
    const label = [...this.html.matchAll(/<label[^>]*>([\s\S]*?)<\/label>/g)].find(
      ([whole]) => whole.includes(text) && whole.includes('type="radio"'),
    );
    if (!label) throw new Error(`nobody to choose is called ${text}`);
    return attributes(label[1].match(/<input[^>]*>/)[0]).value;
  }

  async #go(url, request) {
    let next = { url, request };
    for (let count = 0; count < MOST_REDIRECTS; count++) {
      if (next.url.href.startsWith(this.#stopAt)) {
        this.url = next.url;
        this.html = "";
        return;
      }
      const cookie = [...this.#cookies].map(([name, value]) => `${name}=${value}`).join("; ");
      const response = await fetch(next.url, {
        ...next.request,
        redirect: "manual",
        headers: { ...next.request.headers, cookie, "accept-language": "nl", accept: "text/html" },
      });
      this.#keep(response);
      const html = await response.text();
      if (response.status < 300 || response.status > 399) {
        this.url = next.url;
        this.html = html;
        if (response.status >= 400) {
          throw new Error(`${response.status} at ${next.url.pathname}: ${html.match(/data-code="[^"]*"/)}`);
        }
        return;
      }
      next = { url: new URL(response.headers.get("location"), next.url), request: { method: "GET" } };
    }
    throw new Error("too many redirects");
  }

  #keep(response) {
    for (const line of response.headers.getSetCookie()) {
      const [pair] = line.split(";");
      const at = pair.indexOf("=");
      const [name, value] = [pair.slice(0, at), pair.slice(at + 1)];
      if (value === "" || /max-age=0/i.test(line)) this.#cookies.delete(name);
      else this.#cookies.set(name, value);
    }
  }

  #form(id) {
    const found = [...this.html.matchAll(/<form([^>]*)>([\s\S]*?)<\/form>/g)].find(
      ([, head]) => attributes(head).id === id,
    );
    if (!found) throw new Error(`no form ${id} at ${this.url.pathname}`);
    return {
      action: attributes(found[1]).action,
      inputs: [...found[2].matchAll(/<input[^>]*>/g)].map(([tag]) => attributes(tag)),
      buttons: [...found[2].matchAll(/<button[^>]*>/g)].map(([tag]) => attributes(tag)),
    };
  }
}

function attributes(tag) {
  const found = [...tag.matchAll(/([\w-]+)="([^"]*)"/g)].map(([, name, value]) => [name, plain(value)]);
  return Object.fromEntries(found);
}

function plain(text) {
  return text
    .replaceAll("&#34;", '"')
    .replaceAll("&#39;", "'")
    .replaceAll("&lt;", "<")
    .replaceAll("&gt;", ">")
    .replaceAll("&amp;", "&");
}
