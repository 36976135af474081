// A guard for Express (or for Node's own server, whose request and response Express extends): it asks the issuer about
// the token of each request (RFC 7662), and hands on who acts for whom. Node 20 or newer, and nothing to install.
//
//   const requires = guard({ issuer: "https://login.example.nl", audience: API, secret: process.env.API_SECRET });
//   app.post("/vat-returns", requires(VAT_RETURN, { action: "submit", atLeast: "substantial" }), (req, res) => {
//     const { person, represented } = req.namens;   // represented is null where the person acts for themself
//   });

const LEVELS = ["basic", "low", "substantial", "high"];
const ACR = {
  "http://eID.logius.nl/LoA/basic": "basic",
  "http://eid.logius.nl/LoA/basic": "basic",
  "http://eidas.europa.eu/LoA/low": "low",
  "http://eidas.europa.eu/LoA/substantial": "substantial",
  "http://eidas.europa.eu/LoA/high": "high",
};
const LONGEST = 32768;
const MOST_LINKS = 6;
const LIMITS = ["case", "amount", "days"];
const FORBIDDEN = new Set([
  "service_wrong", "action_not_allowed", "mandate_too_weak", "restriction_not_understood", "representation_missing",
]);
const TITLES = { 400: "Bad Request", 401: "Unauthorized", 403: "Forbidden", 503: "Service Unavailable" };

class Refused extends Error {
  constructor(code, challenge) {
    super(code);
    Object.assign(this, { code, challenge });
  }
}

/** `token`: where the token of a request is found, for a site that keeps it with the visit; without it, in `Authorization`.
 *  `understands`: what your views heed of branch, desk, case, amount and days. A mandate with any other limit is refused. */
export function guard({ issuer, audience, secret, token = tokenOf, understands = [], now = () => Math.floor(Date.now() / 1000) }) {
  let metadata; // asked once; again after a failure

  async function ask(token) {
    metadata ??= fetched(`${issuer}/.well-known/openid-configuration`);
    let endpoint;
    try {
      endpoint = (await metadata).introspection_endpoint;
    } catch {
      metadata = undefined;
      throw new Refused("issuer_unavailable");
    }
    if (new URL(endpoint).origin !== new URL(issuer).origin) throw new Refused("issuer_unavailable");
    const who = [audience, secret].map((part) => encodeURIComponent(part).replaceAll("%20", "+")).join(":");
    return fetched(endpoint, {
      method: "POST",
      headers: { authorization: `Basic ${Buffer.from(who).toString("base64")}` },
      body: new URLSearchParams({ token, token_type_hint: "access_token" }),
    });
  }

  return function requires(service, { action, atLeast, maxAge } = {}) {
    if (!service || (atLeast !== undefined && !LEVELS.includes(atLeast))) {
      throw new TypeError("a guard is for one service, and at a level that there is");
    }
    return async function guarding(request, response, next) {
      try {
        const claims = await ask(whole(token(request)));
        request.namens = shown(claims, { issuer, audience, service, action, atLeast, maxAge, understands, now: now() });
      } catch (refused) {
        if (!(refused instanceof Refused)) return next(refused);
        return answer(response, refused);
      }
      next();
    };
  };
}

async function fetched(url, options = {}) {
  try {
    const response = await fetch(url, { ...options, redirect: "error", signal: AbortSignal.timeout(5000) });
    if (!response.ok) throw new Error();
    return await response.json();
  } catch {
    throw new Refused("issuer_unavailable");
  }
}

function tokenOf(request) {
  const values = request.headersDistinct.authorization ?? [];
  if (values.length > 1 || values.some((value) => value.includes(","))) throw new Refused("request_ambiguous");
  const found = /^bearer +([^ ]+) *$/i.exec(values[0] ?? "");
  return found?.[1];
}

function whole(token) {
  if (!token) throw new Refused("token_missing");
  if (token.length > LONGEST) throw new Refused("too_large");
  return token;
}

function shown(claims, { issuer, audience, service, action, atLeast, maxAge, understands, now }) {
  if (claims.active !== true) throw new Refused("inactive");
  if (claims.iss !== issuer) throw new Refused("issuer_wrong");
  if (claims.client_id !== audience && claims.aud !== audience) throw new Refused("audience_wrong");
  if (!(claims.exp > now)) throw new Refused("expired");
  if (claims.nbf > now + 10) throw new Refused("not_yet_valid");
  if ("act" in claims) throw new Refused("orientation_wrong"); // register the API for `represents`
  if (!("authorization_details" in claims)) {
    throw new Refused("represents" in claims ? "representation_inconsistent" : "representation_missing");
  }
  const [details, ...more] = claims.authorization_details;
  if (details?.type !== "representation" || more.length > 0 || !Array.isArray(details.actions)) throw new Refused("representation_malformed");

  const parties = partiesOf(claims.represents); // the represented party first
  const own = details.represented === "self";
  if (own !== (parties.length === 0)) throw new Refused("representation_inconsistent");
  if (!own) checkMandate(details, parties, understands, now);
  if (details.service !== service) throw new Refused("service_wrong");
  if (action !== undefined && !details.actions.includes(action)) throw new Refused("action_not_allowed");

  const login = LEVELS.indexOf(ACR[claims.acr]);
  const mandate = own ? login : LEVELS.indexOf(details.assurance_level);
  const whole = own ? login : LEVELS.indexOf(details.effective_assurance_level);
  if (login < 0 || whole < 0 || whole > Math.min(login, mandate)) throw new Refused("representation_inconsistent");
  if (atLeast !== undefined) {
    const needed = LEVELS.indexOf(atLeast);
    if (!own && mandate < needed) throw new Refused("mandate_too_weak");
    const acr = Object.keys(ACR).find((uri) => ACR[uri] === atLeast);
    if (whole < needed) throw new Refused("login_too_weak", `acr_values="${acr}"`);
  }
  if (maxAge !== undefined && !(now - claims.auth_time <= maxAge)) {
    throw new Refused("login_too_old", `max_age="${maxAge}"`);
  }
  const [represented = null, ...intermediaries] = parties;
  return { person: { sub: claims.sub, acr: claims.acr }, represented, intermediaries, mandate: details };
}

function checkMandate(details, parties, understands, now) {
  const deepest = parties[0];
  const same = ["sub", "iss", "sub_id_type"].every((name) => details.represented?.[name] === deepest[name]);
  if (!same || parties.length > MOST_LINKS || details.links?.length !== parties.length) {
    throw new Refused("representation_inconsistent");
  }
  if (details.not_after !== null && !(Date.parse(details.not_after) / 1000 > now)) throw new Refused("mandate_ended");
  const narrowed = Object.keys(details.limits ?? {});
  if (details.branch !== null) narrowed.push("branch");
  if (details.links.some((link) => link.basis === "desk")) narrowed.push("desk");
  const known = [...LIMITS, "branch", "desk"].filter((kind) => understands.includes(kind));
  if (!narrowed.every((kind) => known.includes(kind))) throw new Refused("restriction_not_understood");
}

function partiesOf(outermost) {
  const parties = [];
  for (let party = outermost; party !== undefined && parties.length <= MOST_LINKS; party = party.represents) {
    const { represents: _, ...identity } = party;
    parties.unshift(identity);
  }
  return parties;
}

function answer(response, { code, challenge }) {
  const status = { issuer_unavailable: 503, request_ambiguous: 400 }[code] ?? (FORBIDDEN.has(code) ? 403 : 401);
  response.statusCode = status;
  response.setHeader("Content-Type", "application/problem+json");
  response.setHeader("Cache-Control", "no-store");
  if (status === 503) response.setHeader("Retry-After", "10");
  else response.setHeader("WWW-Authenticate", challengeOf(code, status, challenge));
  response.end(JSON.stringify({ title: TITLES[status], status, code }));
}

function challengeOf(code, status, challenge) {
  if (code === "token_missing") return "Bearer";
  if (challenge !== undefined) return `Bearer error="insufficient_user_authentication", ${challenge}`;
  const error = { 400: "invalid_request", 403: "insufficient_scope" }[status] ?? "invalid_token";
  return `Bearer error="${error}", error_description="${code}"`;
}
