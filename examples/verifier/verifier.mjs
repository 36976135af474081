// A verifier in JavaScript, written from docs/verifying.md: a token in; who acts, for whom and by which mandate out. It is right
// about every published vector:
//
//   python -m claims.vectors --codes tests/vectors -- node examples/verifier/verifier.mjs

import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

import { DETAILS, LEVELS, WEEKDAYS, fromAct, read } from "./representation.mjs";
import { Refused, signedClaims } from "./signed.mjs";

const LEEWAY = 10;
const ACR = {
  "http://eID.logius.nl/LoA/basic": "basic",
  "http://eid.logius.nl/LoA/basic": "basic",
  "http://eidas.europa.eu/LoA/low": "low",
  "http://eidas.europa.eu/LoA/substantial": "substantial",
  "http://eidas.europa.eu/LoA/high": "high",
};
const isText = (value) => typeof value === "string" && value !== "";
const TYPES = { access_token: ["at+jwt", "application/at+jwt"], id_token: ["jwt"] };

/** What a token shows: a verdict as the vectors expect it. Refused where anything at all is not as it should be. */
export function verify({ call, token, jwks, now, verifier, demand }) {
  const { issuer, audience, orientation = "represents", understands = [] } = verifier;
  const claims = signedClaims(token, TYPES[call], jwks);
  if (text(claims, "iss") !== issuer) throw new Refused("issuer_wrong", "iss");
  checkTimes(claims, now);
  if (!("aud" in claims)) throw new Refused("claim_missing", "aud");
  const audiences = Array.isArray(claims.aud) ? claims.aud : [claims.aud];
  if (audiences.length !== 1 || audiences[0] !== audience) throw new Refused("audience_wrong", "aud");
  if (call === "access_token") for (const name of ["client_id", "jti"]) text(claims, name);
  else checkLogin(claims, audience, demand.nonce);

  const upright = orientation === "act" ? fromAct(claims) : claims;
  const person = personOf(upright);
  const shown = read(upright, person);
  checkDemand(shown, person, { ...demand, understands, now });
  if (shown.represented === undefined) return { case: "own_behalf", person: person.sub, actions: shown.actions };
  return {
    case: "on_behalf_of",
    person: person.sub,
    represented: shown.represented.sub,
    intermediaries: shown.intermediaries.map((party) => party.sub),
    actions: shown.actions,
    effective: LEVELS[shown.effective],
  };
}

function text(claims, name) {
  if (!(name in claims)) throw new Refused("claim_missing", name);
  if (!isText(claims[name])) throw new Refused("claim_malformed", name);
  return claims[name];
}

function instant(claims, name) {
  if (!(name in claims)) throw new Refused("claim_missing", name);
  if (typeof claims[name] !== "number") throw new Refused("claim_malformed", name);
  return claims[name];
}

function checkTimes(claims, now) {
  if (now >= instant(claims, "exp") + LEEWAY) throw new Refused("expired", "exp");
  if (instant(claims, "iat") > now + LEEWAY) throw new Refused("not_yet_valid", "iat");
  if ("nbf" in claims && instant(claims, "nbf") > now + LEEWAY) throw new Refused("not_yet_valid", "nbf");
}

function checkLogin(claims, audience, nonce) {
  if ("azp" in claims && claims.azp !== audience) throw new Refused("audience_wrong", "azp");
  if ((claims.nonce ?? null) !== (nonce ?? null)) throw new Refused("nonce_wrong", "nonce");
}

function personOf(claims) {
  const acr = text(claims, "acr");
  if (!Object.hasOwn(ACR, acr)) throw new Refused("claim_malformed", "acr");
  const loggedInAt = "auth_time" in claims ? instant(claims, "auth_time") : null;
  return { sub: text(claims, "sub"), level: LEVELS.indexOf(ACR[acr]), loggedInAt };
}

function checkDemand(shown, person, { service, action, at_least: atLeast, max_age: maxAge, understands, now, ...act }) {
  const own = shown.represented === undefined;
  // no leeway: the power has ended, whatever our clock is worth
  if (!own && shown.notAfter !== null && now >= shown.notAfter) throw new Refused("mandate_ended", DETAILS);
  if (shown.service !== service) throw new Refused("service_wrong", DETAILS);
  if ((action ?? null) !== null && !shown.actions.includes(action)) throw new Refused("action_not_allowed", DETAILS);
  if (!own) {
    const kinds = Object.keys(shown.limits);
    if (shown.branch !== null) kinds.push("branch");
    if (shown.links.some((link) => link.basis === "desk")) kinds.push("desk");
    if (!kinds.every((kind) => understands.includes(kind))) throw new Refused("restriction_not_understood", DETAILS);
    checkLimits(shown.limits, act, now);
  }
  if ((atLeast ?? null) !== null) {
    const needed = LEVELS.indexOf(atLeast);
    if (!own && shown.level < needed) throw new Refused("mandate_too_weak", DETAILS);
    if ((own ? person.level : shown.effective) < needed) throw new Refused("login_too_weak", "acr");
  }
  if ((maxAge ?? null) !== null && (person.loggedInAt === null || now - person.loggedInAt > maxAge + LEEWAY)) {
    throw new Refused("login_too_old", "auth_time");
  }
}

function checkLimits(limits, act, now) {
  const said = (kind) => kind in limits && (act[kind] ?? null) !== null;
  if (said("case") && act.case !== limits.case) throw new Refused("outside_limits", DETAILS);
  if (said("amount") && isMore(act.amount, limits.amount)) throw new Refused("outside_limits", DETAILS);
  if ("days" in limits) {
    // where our clock is behind the issuer's it is that day for the one, and not yet for the other
    const days = act.day ? [act.day] : [now, now + LEEWAY].map(dayInAmsterdam);
    const holds = (day) => limits.days.includes(day) || limits.days.includes(WEEKDAYS[(new Date(day).getUTCDay() + 6) % 7]);
    if (!days.some(holds)) throw new Refused("outside_limits", DETAILS);
  }
}

// Euros as a decimal number of any length, against cents.
function isMore(euros, cents) {
  const [whole, fraction = ""] = String(euros).split(".");
  const places = Math.max(2, fraction.length);
  return BigInt(whole + fraction.padEnd(places, "0")) > cents * 10n ** BigInt(places - 2);
}

function dayInAmsterdam(at) {
  const options = { timeZone: "Europe/Amsterdam", year: "numeric", month: "2-digit", day: "2-digit" };
  return new Intl.DateTimeFormat("sv-SE", options).format(new Date(at * 1000));
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  for await (const line of createInterface({ input: process.stdin, crlfDelay: Infinity })) {
    let verdict;
    try {
      verdict = verify(JSON.parse(line));
    } catch (refused) {
      if (!(refused instanceof Refused)) throw refused;
      verdict = { refused: refused.code, claim: refused.claim };
    }
    console.log(JSON.stringify(verdict));
  }
}
