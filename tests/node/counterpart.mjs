// What npm's openid-client makes of the provider: discovery, login, token, UserInfo, refresh, introspection,
// revocation. Reads its orders as JSON on standard input, and prints what it saw as JSON.

import * as oidc from "openid-client";

import { Person } from "./person.mjs";

const orders = JSON.parse(await text(process.stdin));
const seen = {};

const configuration = await oidc.discovery(
  new URL(orders.issuer),
  orders.client_id,
  { id_token_signed_response_alg: orders.algorithm },
  await authentication(),
  { execute: [oidc.allowInsecureRequests] },
);
oidc.enableNonRepudiationChecks(configuration); // the signature of every ID token, too
seen.issuer = configuration.serverMetadata().issuer;

const verifier = oidc.randomPKCECodeVerifier();
const checks = { expectedState: oidc.randomState(), expectedNonce: oidc.randomNonce() };
const away = oidc.buildAuthorizationUrl(configuration, {
  redirect_uri: orders.redirect_uri,
  scope: "openid offline_access representation",
  state: checks.expectedState,
  nonce: checks.expectedNonce,
  code_challenge: await oidc.calculatePKCECodeChallenge(verifier),
  code_challenge_method: "S256",
  prompt: "consent",
});

const person = new Person(orders.redirect_uri);
await person.visit(away);
await person.submit("login-form", { username: orders.person, password: orders.password }, "login-submit");
await person.submit("choose-form", { represented: person.radio(orders.represented) }, "choose-submit");
await person.submit("confirm-form", {}, "confirm-yes");
await person.submit("consent-form", {}, "consent-allow");

const tokens = await oidc.authorizationCodeGrant(configuration, person.url, {
  pkceCodeVerifier: verifier,
  idTokenExpected: true,
  ...checks,
});
seen.claims = tokens.claims();
seen.details = tokens.authorization_details;
seen.userinfo = await oidc.fetchUserInfo(configuration, tokens.access_token, seen.claims.sub);

const refreshed = await oidc.refreshTokenGrant(configuration, tokens.refresh_token);
seen.refreshed = refreshed.claims();
seen.rotated = refreshed.refresh_token !== tokens.refresh_token;
seen.introspected = await oidc.tokenIntrospection(configuration, refreshed.access_token);

await oidc.tokenRevocation(configuration, refreshed.refresh_token);
seen.after = await oidc.tokenIntrospection(configuration, refreshed.access_token);
seen.refused = await refused(() => oidc.refreshTokenGrant(configuration, refreshed.refresh_token));

console.log(JSON.stringify(seen));

async function authentication() {
  if (!orders.key) return oidc.ClientSecretBasic(orders.secret);
  const algorithm = { name: "ECDSA", namedCurve: "P-256" };
  const key = await crypto.subtle.importKey("jwk", orders.key, algorithm, false, ["sign"]);
  return oidc.PrivateKeyJwt({ key, kid: orders.key.kid });
}

async function refused(attempt) {
  try {
    await attempt();
  } catch (failure) {
    return failure.error ?? String(failure);
  }
  return null;
}

async function text(stream) {
  const parts = [];
  for await (const part of stream) parts.push(part);
  return Buffer.concat(parts).toString("utf8");
}
