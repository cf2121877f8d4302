/* An SD-JWT as its holder shows it: parts of it, and an answer to who asked; as `presented` and `bound` of
   ceiba/proofs/sd_jwt.py. */
import { packed, sha256, unpacked, utf8 } from "../verifier/proofs/bytes.js";
import { readJson } from "../verifier/proofs/json.js";

/* The SD-JWT with the disclosures of `fields` alone. */
export const presented = (sdJwt, fields) => {
  const [token, ...rest] = sdJwt.split("~");
  const shown = rest.slice(0, -1).filter((disclosure) => fields.includes(readJson(unpacked(disclosure))[1]));
  return [token, ...shown, ""].join("~");
};

/* A presentation with its holder's signature over it and over what was asked: { nonce, audience }. */
export const bound = async (presentation, key, asked, now) => {
  const spelled = (value) => packed(utf8(JSON.stringify(value)));
  const payload = {
    iat: Math.floor(now / 1000),
    aud: asked.audience,
    nonce: asked.nonce,
    sd_hash: packed(await sha256(utf8(presentation))),
  };
  const signing = `${spelled({ alg: "ES256", typ: "kb+jwt" })}.${spelled(payload)}`;
  const signature = await crypto.subtle.sign({ name: "ECDSA", hash: "SHA-256" }, key, utf8(signing));
  return `${presentation}${signing}.${packed(new Uint8Array(signature))}`;
};

/* A key that cannot leave this page, and its public half as it is sent. */
export const keyMade = async () => {
  const pair = await crypto.subtle.generateKey({ name: "ECDSA", namedCurve: "P-256" }, false, ["sign"]);
  const { kty, crv, x, y } = await crypto.subtle.exportKey("jwk", pair.publicKey);
  return { key: pair.privateKey, jwk: { kty, crv, x, y } };
};
