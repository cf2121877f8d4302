/* Keys that verify: Ed25519 and P-256 by the browser's own cryptography, Ed25519 by @noble/ed25519 where it has none. */
import { verifyAsync } from "../../vendor/ed25519-3.2.0/index.js";
import { hex, packed, sha256, unpacked, utf8 } from "./bytes.js";
import { moment } from "./claims.js";
import { isObject } from "./json.js";
import { refuse } from "./refusal.js";

const SHORT_NAME = 8; // bytes of the thumbprint that name a key on a card
const MEMBERS = { OKP: ["crv", "kty", "x"], EC: ["crv", "kty", "x", "y"] };
const PRIME = (1n << 255n) - 19n;
const ORDER_8 = 0x7a03ac9277fdc74ec6cc392cfa53202a0f67100d760b3cba4fd84d3d706a17c7n;
const SMALL_ORDER = [0n, 1n, PRIME - 1n, PRIME, PRIME + 1n, ORDER_8, PRIME - ORDER_8]; // each way to write such a y
const KINDS = {
  "OKP Ed25519": { algorithm: "Ed25519", coseAlgorithm: -8, imported: "Ed25519", verified: "Ed25519" },
  "EC P-256": {
    algorithm: "ES256",
    coseAlgorithm: -7,
    imported: { name: "ECDSA", namedCurve: "P-256" },
    verified: { name: "ECDSA", hash: "SHA-256" },
  },
};

class PublicKey {
  constructor(kind, held, thumbprint, from, until) {
    Object.assign(this, { algorithm: kind.algorithm, coseAlgorithm: kind.coseAlgorithm, thumbprint, from, until });
    this.shortName = unpacked(thumbprint).slice(0, SHORT_NAME);
    this.holds = held;
  }

  /* Whether it signs at that moment; times are milliseconds since 1970. */
  inUse(at) {
    return this.from <= at && (this.until === null || at < this.until);
  }

  /* Whether it signed `data`; a P-256 signature is r and s of 32 bytes each. */
  async verifies(signature, data) {
    return signature.length === 64 && this.holds(signature, data);
  }
}

/* A function that says whether a signature is of this key. */
const holder = async (kind, jwk) => {
  try {
    const key = await crypto.subtle.importKey("jwk", jwk, kind.imported, false, ["verify"]);
    return (signature, data) => crypto.subtle.verify(kind.verified, key, signature, data);
  } catch (problem) {
    if (problem.name !== "NotSupportedError" || kind.algorithm !== "Ed25519") throw problem;
    return nobleHolder(jwk);
  }
};

export const nobleHolder = (jwk) => {
  const point = unpacked(jwk.x);
  return (signature, data) => verifyAsync(signature, data, point, { zip215: false }).catch(() => false);
};

/* Whether a signature is of a bare Ed25519 key, as notes of the log are signed. */
export const ed25519Holder = async (point) => {
  const holds = await holder(KINDS["OKP Ed25519"], { crv: "Ed25519", kty: "OKP", x: packed(point) });
  return async (signature, data) => signature.length === 64 && holds(signature, data);
};

/* The public members of a JWK; throws for what is no key that is taken. */
const members = (jwk) => {
  const bare = Object.fromEntries(MEMBERS[jwk.kty].map((name) => [name, jwk[name]]));
  if (!Object.values(bare).every((member) => typeof member === "string")) throw new TypeError("key");
  if (bare.crv === "Ed25519" && isWeak(unpacked(bare.x))) throw new RangeError("key");
  return bare;
};

/* Whether a point of Ed25519 is of small order: everybody can sign for it. */
const isWeak = (point) => {
  const y = BigInt(`0x${hex([...point].reverse())}`) & ((1n << 255n) - 1n);
  return SMALL_ORDER.includes(y);
};

/* The key of a JWK's public members, and the time it signs in. */
export const keyOf = async (jwk, from, until = null) => {
  try {
    const bare = members(jwk);
    const kind = KINDS[`${bare.kty} ${bare.crv}`];
    const thumbprint = packed(await sha256(utf8(JSON.stringify(bare))));
    return new PublicKey(kind, await holder(kind, bare), thumbprint, from, until);
  } catch {
    return refuse("key.file");
  }
};

/* A key as key sets and trust lists publish it: its kid is its thumbprint, nbf and exp are its time. */
export const readKey = async (jwk) => {
  let times;
  try {
    if (!isObject(jwk)) throw new TypeError("key");
    times = [moment(jwk.nbf), "exp" in jwk ? moment(jwk.exp) : null];
  } catch {
    refuse("key.file");
  }
  const key = await keyOf(jwk, ...times);
  if (jwk.kid !== key.thumbprint) refuse("key.file");
  return key;
};

/* `https://host/path/` of a did:web, under which its issuer publishes. */
export const webBase = (did) => {
  const rest = did.startsWith("did:web:") ? did.slice("did:web:".length) : "";
  if (rest === "") refuse("proof.claim", { claim: "issuer" });
  return `https://${rest.split(":").map(unescaped).join("/")}/`;
};

const unescaped = (part) => {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
};
