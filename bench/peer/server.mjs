// The peer of the benchmark: node oidc-provider with everything it remembers in SQLite.
// Environment: PORT, DATABASE (a file), KEY (an EC P-256 private key as JWK).
import { DatabaseSync } from 'node:sqlite';
import { Provider } from 'oidc-provider';

const { PORT, DATABASE, KEY } = process.env;
const issuer = `http://127.0.0.1:${PORT}`;

const database = new DatabaseSync(DATABASE);
database.exec(`
  PRAGMA busy_timeout = 5000; PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL;
  CREATE TABLE kept (
    model TEXT NOT NULL, id TEXT NOT NULL, payload TEXT NOT NULL, expires_at INTEGER, consumed_at INTEGER,
    grant_id TEXT, uid TEXT, user_code TEXT, PRIMARY KEY (model, id)
  ) WITHOUT ROWID;
  CREATE INDEX kept_by_grant ON kept (grant_id) WHERE grant_id IS NOT NULL;
  CREATE INDEX kept_by_uid ON kept (uid) WHERE uid IS NOT NULL;
`);
const keep = database.prepare(`
  INSERT INTO kept (model, id, payload, expires_at, grant_id, uid, user_code) VALUES (?, ?, ?, ?, ?, ?, ?)
  ON CONFLICT (model, id) DO UPDATE SET payload = excluded.payload, expires_at = excluded.expires_at,
    grant_id = excluded.grant_id, uid = excluded.uid, user_code = excluded.user_code`);
const byId = database.prepare('SELECT payload, expires_at, consumed_at FROM kept WHERE model = ? AND id = ?');
const byUid = database.prepare('SELECT payload, expires_at, consumed_at FROM kept WHERE uid = ? AND model = ?');
const consume = database.prepare('UPDATE kept SET consumed_at = ? WHERE model = ? AND id = ?');
const forget = database.prepare('DELETE FROM kept WHERE model = ? AND id = ?');
const forgetGrant = database.prepare('DELETE FROM kept WHERE grant_id = ? AND model = ?');

const seconds = () => Math.floor(Date.now() / 1000);
const read = (row) => {
  if (!row || (row.expires_at !== null && row.expires_at <= seconds())) return undefined;
  return { ...JSON.parse(row.payload), ...(row.consumed_at && { consumed: row.consumed_at }) };
};

class Kept {
  constructor(model) { this.model = model; }

  async upsert(id, payload, lifetime) {
    const expires = lifetime ? seconds() + lifetime : null;
    const { grantId = null, uid = null, userCode = null } = payload;
    keep.run(this.model, id, JSON.stringify(payload), expires, grantId, uid, userCode);
  }

  async find(id) { return read(byId.get(this.model, id)); }

  async findByUid(uid) { return read(byUid.get(uid, this.model)); }

  async findByUserCode() { return undefined; } // no device flow here

  async consume(id) { consume.run(seconds(), this.model, id); }

  async destroy(id) { forget.run(this.model, id); }

  async revokeByGrantId(grantId) { forgetGrant.run(grantId, this.model); }
}

const provider = new Provider(issuer, {
  adapter: Kept,
  clients: [['bench', ['authorization_code']], ['bench-refresh', ['authorization_code', 'refresh_token']]].map(
    ([client_id, grant_types]) => ({
      client_id,
      client_secret: 'a-secret-that-everybody-knows',
      redirect_uris: ['http://127.0.0.1:9/back'],
      response_types: ['code'],
      grant_types,
      id_token_signed_response_alg: 'ES256',
    })),
  issueRefreshToken: async (ctx, client) => client.grantTypeAllowed('refresh_token'),
  rotateRefreshToken: true,
  jwks: { keys: [JSON.parse(KEY)] },
  cookies: { keys: ['a-cookie-key-that-everybody-knows'] },
  claims: { openid: ['sub'], profile: ['name'] },
  findAccount: (_, id) => ({ accountId: id, claims: () => ({ sub: id, name: 'Eva de Wit' }) }),
  features: {
    devInteractions: { enabled: true },
    introspection: { enabled: true },
  },
  ttl: { AccessToken: 300, AuthorizationCode: 60, Grant: 86400, IdToken: 300, Interaction: 3600, Session: 28800 },
});
provider.on('server_error', (_, error) => console.error(error));
provider.listen(Number(PORT), '127.0.0.1');
