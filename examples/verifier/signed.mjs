// From a text to claims that the issuer signed: the form, the header, the key, the signature (RFC 7515, RFC 8725). Node 20 or
// newer, and nothing to install.

import { constants, createPublicKey, verify as isSignature } from "node:crypto";

const LONGEST = 32768;
const LONGEST_HEADER = 512;
const DEEPEST = 64; // levels of JSON
const MOST_KEYS = 100;
const PARTS = /^([A-Za-z0-9_-]+)\.([A-Za-z0-9_-]+)\.([A-Za-z0-9_-]*)$/;
const FORBIDDEN = ["crit", "b64", "jku", "jwk", "x5u", "x5c"]; // a key comes from the issuer's key set alone
const PRIVATE = ["d", "p", "q", "dp", "dq", "qi", "oth", "k"];
const KEY_TYPES = { ES256: "EC", RS256: "RSA", PS256: "RSA", Ed25519: "OKP" };

export class Refused extends Error {
  constructor(code, claim = null) {
    super(code);
    Object.assign(this, { code, claim });
  }
}

export const isObject = (value) => typeof value === "object" && value !== null && Object.getPrototypeOf(value) === null;

/** The claims of a compact JWS of one of these types, which a key of the key set signed; Refused otherwise. */
export function signedClaims(token, types, jwks) {
  if (typeof token !== "string") throw new Refused("malformed");
  if (token.length > LONGEST) throw new Refused("too_large");
  const parts = PARTS.exec(token);
  // `$` stands before a line feed too in some languages, not in this one
  if (parts === null) throw new Refused("malformed");
  const [head, payload, signature] = parts.slice(1).map(decoded);
  if (head.length > LONGEST_HEADER) throw new Refused("too_large");
  const header = members(head);
  for (const name of FORBIDDEN) if (name in header) throw new Refused("header_forbidden", name);
  if (typeof header.alg !== "string" || !Object.hasOwn(KEY_TYPES, header.alg)) throw new Refused("algorithm_forbidden", "alg");
  if (typeof header.typ !== "string" || !types.includes(header.typ.toLowerCase())) throw new Refused("type_wrong", "typ");
  if (typeof header.kid !== "string" || header.kid === "") throw new Refused("key_unknown", "kid");
  const key = oneKey(jwks, header.kid, header.alg);
  if (!fits(header.alg, key, Buffer.from(`${parts[1]}.${parts[2]}`), signature)) throw new Refused("signature_wrong");
  return members(payload);
}

function decoded(part) {
  const raw = Buffer.from(part, "base64url");
  if (raw.toString("base64url") !== part) throw new Refused("malformed"); // one token, one spelling
  return raw;
}

function members(raw) {
  let value;
  try {
    value = parse(new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(raw));
  } catch {
    throw new Refused("malformed");
  }
  if (!isObject(value)) throw new Refused("malformed");
  return value;
}

// JSON.parse takes the last of two members of one name, and 1.0 for 1: other readers do not, and one of them may check.
const SPACE = /[ \t\n\r]*/y;
const STRING = /"(?:[^"\\\u0000-\u001f]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*"/y;
const NUMBER = /-?(?:0|[1-9][0-9]*)(\.[0-9]+)?([eE][+-]?[0-9]+)?/y;
const WORD = /true|false|null/y;

class Fraction {} // a number that is written as no whole one: no instant of ours

function parse(text) {
  let at = 0;

  function take(pattern) {
    pattern.lastIndex = at;
    const found = pattern.exec(text);
    if (found !== null) at = pattern.lastIndex;
    return found;
  }
  function sign(...signs) {
    take(SPACE);
    if (!signs.includes(text[at])) throw new SyntaxError();
    return text[at++];
  }
  function string() {
    take(SPACE);
    const value = JSON.parse(take(STRING)[0]);
    if (!value.isWellFormed()) throw new SyntaxError(); // half a surrogate pair
    return value;
  }
  function object(depth) {
    const found = Object.create(null);
    take(SPACE);
    if (text[at] === "}") return at++, found;
    do {
      const name = string();
      sign(":");
      if (name in found) throw new SyntaxError();
      found[name] = value(depth);
    } while (sign(",", "}") === ",");
    return found;
  }
  function list(depth) {
    const found = [];
    take(SPACE);
    if (text[at] === "]") return at++, found;
    do found.push(value(depth));
    while (sign(",", "]") === ",");
    return found;
  }
  function value(depth) {
    if (depth > DEEPEST) throw new SyntaxError();
    take(SPACE);
    if (text[at] === "{") return at++, object(depth + 1);
    if (text[at] === "[") return at++, list(depth + 1);
    if (text[at] === '"') return string();
    const word = take(WORD);
    if (word !== null) return JSON.parse(word[0]);
    const [number, fraction, exponent] = take(NUMBER);
    if (!Number.isFinite(Number(number))) throw new SyntaxError();
    return fraction ?? exponent ? new Fraction() : Number(number);
  }

  const whole = value(0);
  take(SPACE);
  if (at !== text.length) throw new SyntaxError();
  return whole;
}

function oneKey(jwks, kid, alg) {
  if (!Array.isArray(jwks?.keys) || jwks.keys.length > MOST_KEYS) throw new Refused("key_unknown", "kid");
  const named = jwks.keys.filter((jwk) => jwk?.kid === kid);
  if (named.length === 0) throw new Refused("key_unknown", "kid");
  if (named.length > 1) throw new Refused("key_ambiguous", "kid");
  const [jwk] = named;
  const key = jwk.kty === KEY_TYPES[alg] && [undefined, alg].includes(jwk.alg) ? imported(jwk) : null;
  if (key === null) throw new Refused("key_unfit", "kid");
  return key;
}

function imported(jwk) {
  const { kty, crv, x, y, n, e, use = "sig", key_ops: operations = ["verify"] } = jwk;
  if (PRIVATE.some((name) => name in jwk) || use !== "sig") return null;
  if (!Array.isArray(operations) || !operations.includes("verify")) return null;
  try {
    const key = createPublicKey({ key: { kty, crv, x, y, n, e }, format: "jwk" });
    if (kty === "EC") return crv === "P-256" ? key : null;
    if (kty === "OKP") return crv === "Ed25519" && isPoint(Buffer.from(x, "base64url")) ? key : null;
    const bits = key.asymmetricKeyDetails.modulusLength;
    return bits >= 2048 && bits <= 8192 && key.asymmetricKeyDetails.publicExponent < 2n ** 32n ? key : null;
  } catch {
    return null;
  }
}

// A point of the curve, written in its one way, and none of the eight of small order: under those anybody signs (RFC 8032 5.1).
const P = 2n ** 255n - 19n;

function power(base, exponent) {
  let result = 1n;
  for (let b = ((base % P) + P) % P, e = exponent; e > 0n; e >>= 1n, b = (b * b) % P) if (e & 1n) result = (result * b) % P;
  return result;
}

const D = (-121665n * power(121666n, P - 2n)) % P;

function isPoint(raw) {
  if (raw.length !== 32) return false;
  const y = BigInt(`0x${Buffer.from(raw).reverse().toString("hex")}`) % 2n ** 255n;
  if (y >= P) return false;
  const xx = ((((y * y - 1n) * power(D * y * y + 1n, P - 2n)) % P) + P) % P;
  return power(xx, (P - 1n) / 2n) === 1n && y !== 0n && (xx + y * y) % P !== 0n;
}

function fits(alg, key, text, signature) {
  switch (alg) {
    case "ES256":
      return isSignature("sha256", text, { key, dsaEncoding: "ieee-p1363" }, signature);
    case "PS256":
      return isSignature("sha256", text, { key, padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: 32 }, signature);
    case "RS256":
      return isSignature("sha256", text, key, signature);
    default:
      return isSignature(null, text, key, signature);
  }
}
