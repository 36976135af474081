// What somebody sees at a site in Express: put below its code, which made `app` and CALLBACK. Prints what was seen as JSON.

const { Person } = await import(process.env.PERSON);
const server = app.listen(0, "127.0.0.1");
await new Promise((listening) => server.once("listening", listening));
let cookie = "";

async function ask(path, method = "GET") {
  const address = `http://127.0.0.1:${server.address().port}${path}`;
  const answer = await fetch(address, { method, redirect: "manual", headers: { cookie } });
  cookie = answer.headers.getSetCookie()[0]?.split(";")[0] ?? cookie;
  const text = await answer.text();
  return { status: answer.status, to: answer.headers.get("location"), said: text.startsWith("{") ? JSON.parse(text) : null };
}

const seen = { before: await ask("/prepare", "POST") };
const { to } = await ask("/login");
const person = new Person(CALLBACK);
await person.visit(to);
await person.submit("login-form", { username: "bram", password: process.env.PASSWORD }, "login-submit");
await person.submit("choose-form", { represented: person.radio("Anna de Vries") }, "choose-submit");
await person.submit("confirm-form", {}, "confirm-yes");

const back = person.url.pathname + person.url.search;
const mine = cookie;
cookie = "";
seen.stranger = await ask(back);
cookie = mine;
seen.back = await ask(back);
seen.renewed = cookie !== mine;
seen.home = await ask("/");
seen.done = await ask("/prepare", "POST");
console.log(JSON.stringify(seen));
process.exit(0);
