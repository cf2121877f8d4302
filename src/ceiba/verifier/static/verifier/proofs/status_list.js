/* W3C Bitstring Status List 1.0: which constancias are revoked or suspended, a bit each; see ceiba/proofs/status_list.py. */
import { unpacked } from "./bytes.js";
import { text, writtenMoment } from "./claims.js";
import { opened as openedJws } from "./jose.js";
import { alike, isObject } from "./json.js";
import { refuse } from "./refusal.js";

const LEAST = 131_072; // entries
const MOST_BYTES = 4_000_000; // what a list may unpack to
const TYPES = ["VerifiableCredential", "BitstringStatusListCredential"];
export const PURPOSES = ["revocation", "suspension"];

export const listAddress = (address, purpose) => `${address}/${purpose}`;

/* Whether the entry at `index` is set; index 0 is the leftmost bit. */
export const isSet = ({ bits }, index) => {
  const size = bits.length * 8;
  if (index >= size) refuse("status.index", { index, size });
  return ((bits[Math.floor(index / 8)] >> (7 - (index % 8))) & 1) === 1;
};

/* Verify a published list; whether it is in time, and of the right issuer, is asked when it is used. */
export const opened = async (token, trust) => {
  const [payload, kid] = await openedJws(token, "vc+jwt", (name) => trust.held(name).key, { cty: "vc" });
  const held = trust.held(kid);
  const status = await statusOf(payload);
  if (status.issuer !== held.issuer.did) refuse("proof.issuer_other", { issuer: status.issuer.slice(0, 80) });
  if (!held.key.inUse(status.issued)) refuse("proof.key_period", { issued: status.issued });
  return status;
};

const statusOf = async (payload) => {
  const subject = payload.credentialSubject;
  if (!alike(payload.type, TYPES) || !isObject(subject)) refuse("status.list", { what: "type" });
  if (subject.type !== "BitstringStatusList") refuse("status.list", { what: "type" });
  try {
    if (!PURPOSES.includes(subject.statusPurpose)) throw new RangeError(subject.statusPurpose);
    return {
      address: text(payload.id),
      purpose: subject.statusPurpose,
      issuer: text(payload.issuer),
      issued: writtenMoment(payload.validFrom),
      expires: writtenMoment(payload.validUntil),
      bits: await decoded(subject.encodedList),
    };
  } catch (problem) {
    return refuse("status.list", { what: problem.name });
  }
};

/* The bits of multibase base64url of gzip; throws for what is none, has more after it, or unpacks without end. */
const decoded = async (encoded) => {
  if (!encoded.startsWith("u")) throw new SyntaxError("encodedList");
  const stream = new Blob([unpacked(encoded.slice(1))]).stream().pipeThrough(new DecompressionStream("gzip"));
  const chunks = [];
  let length = 0;
  for (let reader = stream.getReader(), part = await reader.read(); !part.done; part = await reader.read()) {
    length += part.value.length;
    if (length > MOST_BYTES) throw new RangeError("encodedList");
    chunks.push(part.value);
  }
  if (length * 8 < LEAST) throw new RangeError("encodedList");
  return new Uint8Array(await new Blob(chunks).arrayBuffer());
};
