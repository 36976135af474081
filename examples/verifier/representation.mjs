// From signed claims to what they say of representation. A token in which they contradict each other was not made as the
// issuer's are made, so it shows nothing.

import { Refused, isObject } from "./signed.mjs";

const MOST_LINKS = 6;
export const LEVELS = ["basic", "low", "substantial", "high"];
export const DETAILS = "authorization_details";
const OWN = ["type", "service", "actions", "represented"];
const WHOLE = [...OWN, "assurance_level", "effective_assurance_level", "not_after", "branch", "register", "links"];
const LINK = ["id", "basis", "assurance_level", "recorded_at"];
const NO_IDENTITY = ["act", "may_act", "aud", "exp", "nbf", "iat", "acr", "amr", DETAILS];
const IDENTITY = ["sub_id_type", "name"];
const LIMITS = ["case", "amount", "days"];
export const WEEKDAYS = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"];

const malformed = (claim = DETAILS) => new Refused("representation_malformed", claim);
const inconsistent = (claim = DETAILS) => new Refused("representation_inconsistent", claim);
const isText = (value) => typeof value === "string" && value !== "";
const allDifferent = (values) => new Set(values).size === values.length;
const hasExactly = (value, names) =>
  isObject(value) && Object.keys(value).length === names.length && names.every((name) => name in value);

// The claims of a token in which `sub` is the represented party (RFC 8693), as they would stand in one of the other orientation.
export function fromAct(claims) {
  if ("represents" in claims) throw new Refused("orientation_wrong", "represents");
  if (!("act" in claims)) return claims;
  const [acting, ...between] = nested(claims.act, "act", () => inconsistent("act"));
  const written = Array.isArray(claims[DETAILS]) && claims[DETAILS].length === 1 ? claims[DETAILS][0]?.represented : null;
  if (!isObject(written) || acting.iss !== claims.iss) throw inconsistent("act");
  const unique = written.iss === claims.iss ? written.sub : `${written.iss}/${written.sub}`;
  if (claims.sub !== unique) throw inconsistent("act");
  const represented = Object.assign(Object.create(null), written);
  const upright = Object.assign(Object.create(null), claims);
  for (const name of IDENTITY) {
    if (name in claims) represented[name] = claims[name];
    delete upright[name];
    if (name in acting) upright[name] = acting[name];
  }
  delete upright.act;
  upright.sub = acting.sub;
  upright.represents = [...between, represented].reduceRight(
    (inner, party) => Object.assign(Object.create(null), party, inner && { represents: inner }),
    null,
  );
  return upright;
}

// The parties that stand in one another, the outermost first, each without the next.
function nested(outermost, member, wrong) {
  const parties = [];
  for (let party = outermost; party !== undefined && party !== null; ) {
    if (!isObject(party) || parties.length === 64 || typeof party.sub !== "string" || typeof party.iss !== "string") throw wrong();
    const { [member]: next, ...identity } = party;
    parties.push(identity);
    party = next;
  }
  if (parties.length === 0) throw wrong();
  return parties;
}

/** Who acts for whom, by the members `represents` and `authorization_details`: read whole, compared with itself. */
export function read(claims, person) {
  for (const member of ["act", "may_act"]) if (member in claims) throw new Refused("orientation_wrong", member);
  if (!(DETAILS in claims)) {
    if ("represents" in claims) throw inconsistent();
    throw new Refused("representation_missing", DETAILS); // absent never means for oneself
  }
  const list = claims[DETAILS];
  if (!Array.isArray(list) || list.length !== 1 || !isObject(list[0]) || list[0].type !== "representation") throw malformed();
  const [details] = list;
  if (details.represented === "self") {
    if ("represents" in claims) throw inconsistent();
    if (!hasExactly(details, OWN)) throw malformed();
    return { service: member(details, "service"), actions: actionsOf(details) };
  }
  if (!("represents" in claims)) throw inconsistent("represents");
  if (!hasExactly(details, "limits" in details ? [...WHOLE, "limits"] : WHOLE)) throw malformed();
  const parties = partiesOf(claims.represents); // the represented party first
  const [represented, ...intermediaries] = parties;
  const same = ["sub", "iss", "sub_id_type"];
  if (!hasExactly(details.represented, same) || same.some((name) => details.represented[name] !== represented[name])) {
    throw inconsistent();
  }
  const everybody = [...parties, { iss: claims.iss, sub: person.sub }].map(({ iss, sub }) => JSON.stringify([iss, sub]));
  if (!allDifferent(everybody)) throw inconsistent("represents");
  const mandate = mandateOf(details);
  if (mandate.links.length !== parties.length) throw inconsistent();
  if (mandate.level !== Math.min(...mandate.links.map((link) => link.level))) throw inconsistent();
  if (mandate.effective > Math.min(mandate.level, person.level)) throw inconsistent();
  return { represented, intermediaries, ...mandate };
}

function partiesOf(outermost) {
  const parties = [];
  for (let party = outermost, more = true; more; party = party.represents) {
    if (parties.length === MOST_LINKS) throw inconsistent("represents");
    if (!isObject(party) || NO_IDENTITY.some((name) => name in party)) throw malformed("represents");
    if ("name" in party && typeof party.name !== "string") throw malformed("represents");
    for (const name of ["sub", "iss", "sub_id_type"]) member(party, name, "represents");
    parties.unshift(party);
    more = "represents" in party;
  }
  return parties;
}

function mandateOf(details) {
  return {
    service: member(details, "service"),
    actions: actionsOf(details),
    level: levelOf(details, "assurance_level"),
    effective: levelOf(details, "effective_assurance_level"),
    notAfter: details.not_after === null ? null : instantOf(details.not_after),
    branch: branchOf(details.branch),
    register: member(details, "register"),
    links: linksOf(details.links),
    limits: "limits" in details ? limitsOf(details.limits) : {},
  };
}

function member(members, name, claim = DETAILS) {
  if (!isText(members[name])) throw malformed(claim);
  return members[name];
}

function actionsOf({ actions }) {
  const right = Array.isArray(actions) && actions.length > 0 && actions.every((one) => typeof one === "string");
  if (!right || !allDifferent(actions)) throw malformed();
  return actions;
}

function levelOf(members, name) {
  const level = LEVELS.indexOf(members[name]);
  if (level < 0) throw malformed();
  return level;
}

function instantOf(written) {
  const right = typeof written === "string" && /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}Z$/.test(written) && !written.startsWith("0000");
  const at = right ? new Date(written) : new Date(NaN);
  // a 31st of February is the 3rd of March to Date, and no day to us
  if (Number.isNaN(at.getTime()) || at.toISOString() !== written.replace("Z", ".000Z")) throw malformed();
  return at.getTime() / 1000;
}

function branchOf(branch) {
  if (branch !== null && !(typeof branch === "string" && /^[0-9]{12}$/.test(branch))) throw malformed();
  return branch;
}

function linksOf(list) {
  if (!Array.isArray(list) || list.length < 1 || list.length > MOST_LINKS) throw malformed();
  const links = list.map((link) => {
    if (!hasExactly(link, LINK)) throw malformed();
    const basis = member(link, "basis");
    if (!/^\d{4}-\d{2}-\d{2}$/.test(member(link, "recorded_at")) || !["mandate", "legal", "desk"].includes(basis)) throw malformed();
    return { id: member(link, "id"), basis, level: levelOf(link, "assurance_level") };
  });
  if (!allDifferent(links.map((link) => link.id))) throw inconsistent();
  return links;
}

function limitsOf(limits) {
  if (isObject(limits) && !Object.keys(limits).every((kind) => LIMITS.includes(kind))) {
    throw new Refused("restriction_not_understood", DETAILS);
  }
  if (!isObject(limits) || Object.keys(limits).length === 0) throw malformed();
  const found = {};
  if ("case" in limits) found.case = caseOf(limits.case);
  if ("amount" in limits) found.amount = centsOf(limits.amount);
  if ("days" in limits) found.days = daysOf(limits.days);
  return found;
}

function caseOf(reference) {
  const length = typeof reference === "string" ? [...reference].length : 0;
  const hidden = /[\p{C}\p{Zl}\p{Zp}]|(?! )\p{Zs}/u;
  if (length < 1 || length > 64 || hidden.test(reference) || reference !== reference.trim()) throw malformed();
  return reference;
}

function centsOf(amount) {
  if (!hasExactly(amount, ["currency", "value"]) || amount.currency !== "EUR" || typeof amount.value !== "string") throw malformed();
  if (!/^(?:0|[1-9][0-9]{0,11})\.[0-9]{2}$/.test(amount.value) || amount.value === "0.00") throw malformed();
  return BigInt(amount.value.replace(".", ""));
}

function daysOf(days) {
  const right = Array.isArray(days) && days.length > 0 && days.every((day) => typeof day === "string") && allDifferent(days);
  if (!right) throw malformed();
  if (days.every((day) => WEEKDAYS.includes(day)) && days.length < 7) return days;
  if (days.length > 366) throw malformed();
  for (const day of days) {
    if (!/^[0-9]{4}-[0-9]{2}-[0-9]{2}$/.test(day) || day > "9000-12-31") throw malformed();
    instantOf(`${day}T00:00:00Z`);
  }
  return days;
}
