// A sign-in provider on this machine for the journeys: node provider.mjs PORT ORIGIN-OF-THE-PROGRAM. It lets in
// whoever names themselves, but speaks OpenID Connect as any other does.
import { generateKeyPairSync, randomBytes } from 'node:crypto';
import Provider from 'oidc-provider';

const [port, origin] = process.argv.slice(2);
const key = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey.export({ format: 'jwk' });
const provider = new Provider(`http://127.0.0.1:${port}`, {
  clients: [{
    client_id: 'diemsang',
    client_secret: process.env.SSO_SECRET,
    redirect_uris: [`${origin}/sign-in/provider/back`],
    post_logout_redirect_uris: [`${origin}/sign-in`],
  }],
  cookies: { keys: [randomBytes(16).toString('hex')] },
  jwks: { keys: [{ ...key, kid: 'thu', use: 'sig', alg: 'RS256' }] },
  pkce: { required: () => true },
});
provider.listen(Number(port), '127.0.0.1');
