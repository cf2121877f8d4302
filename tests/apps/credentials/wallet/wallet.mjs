// A wallet: the whole of OpenID4VCI's pre-authorised code flow by @openid4vc/openid4vci (OpenWallet Foundation).
// It has no network: what it would fetch it writes to standard output, a line of JSON each, and reads the answer.
// Run as `node wallet.mjs LIBRARY`; the first line of standard input says what is wanted, the last of output what came.
import { createHash, generateKeyPairSync, randomBytes, sign } from 'node:crypto'
import { createInterface } from 'node:readline'
import { pathToFileURL } from 'node:url'

const { Openid4vciClient } = await import(pathToFileURL(process.argv[2]))
const lines = createInterface({ input: process.stdin })[Symbol.asyncIterator]()
const read = async () => JSON.parse((await lines.next()).value)
const say = (value) => process.stdout.write(JSON.stringify(value) + '\n')
const b64 = (value) => Buffer.from(typeof value === 'string' ? value : JSON.stringify(value)).toString('base64url')

let turn = Promise.resolve()
const fetch = (url, init = {}) => (turn = turn.then(async () => {
  const headers = Object.fromEntries(new Headers(init.headers).entries())
  say({ fetch: { url: String(url), method: init.method ?? 'GET', headers, body: init.body ? String(init.body) : '' } })
  const { status, headers: got, body } = await read()
  return new Response(body, { status, headers: got })
}))

const wanted = await read()
const keys = Array.from({ length: wanted.keys }, () =>
  wanted.alg === 'ES256' ? generateKeyPairSync('ec', { namedCurve: 'P-256' }) : generateKeyPairSync('ed25519'))
const publicJwk = (key) => key.publicKey.export({ format: 'jwk' })
const client = new Openid4vciClient({
  callbacks: {
    fetch,
    hash: (data, alg) => createHash(alg.replace('-', '')).update(data).digest(),
    generateRandom: (size) => randomBytes(size),
    clientAuthentication: () => {},  // anonymous, as the metadata allow
    signJwt: async (signer, { header, payload }) => {
      const key = keys.find((each) => JSON.stringify(publicJwk(each)) === JSON.stringify(signer.publicJwk))
      const text = `${b64(header)}.${b64(payload)}`
      const signature = wanted.alg === 'ES256'
        ? sign('sha256', Buffer.from(text), { key: key.privateKey, dsaEncoding: 'ieee-p1363' })
        : sign(null, Buffer.from(text), key.privateKey)
      return { jwt: `${text}.${signature.toString('base64url')}`, signerJwk: signer.publicJwk }
    },
  },
})

try {
  const credentialOffer = await client.resolveCredentialOffer(wanted.offer)
  const issuerMetadata = await client.resolveIssuerMetadata(credentialOffer.credential_issuer)
  const { accessTokenResponse } = await client.retrievePreAuthorizedCodeAccessTokenFromOffer({
    credentialOffer, issuerMetadata, txCode: wanted.tx_code,
  })
  const { c_nonce } = await client.requestNonce({ issuerMetadata })
  const given = {}
  for (const [id, configuration] of Object.entries(issuerMetadata.credentialIssuer.credential_configurations_supported)) {
    const jwt = []
    for (const key of configuration.proof_types_supported ? keys : []) {
      const made = await client.createCredentialRequestJwtProof({
        issuerMetadata, credentialConfigurationId: id, nonce: c_nonce, issuedAt: new Date(),
        signer: { method: 'jwk', alg: wanted.alg, publicJwk: publicJwk(key) },
      })
      jwt.push(made.jwt)
    }
    const { credentialResponse } = await client.retrieveCredentials({
      issuerMetadata, accessToken: accessTokenResponse.access_token, credentialConfigurationId: id,
      ...(jwt.length ? { proofs: { jwt } } : {}),
    })
    given[id] = credentialResponse.credentials.map((each) => each.credential)
  }
  say({ given, version: issuerMetadata.originalDraftVersion, keys: keys.map((key) => key.privateKey.export({ format: 'jwk' })) })
} catch (error) {
  say({ error: `${error.name}: ${error.message}`, answer: error.errorResponse ?? null })
}
process.exit(0)
