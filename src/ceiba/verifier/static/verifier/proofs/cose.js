/* COSE_Sign1 (RFC 9052), of which this reads one spelling: deterministic CBOR, everything in the protected header. */
import { readCbor, sigStructure, Tag } from "./cbor.js";
import { refuse, shown } from "./refusal.js";

const SIGN1 = 18;
const [ALG, CRIT, KID] = [1, 2, 4];
export const [CONTENT_TYPE, TYP] = [3, 16]; // RFC 9052, RFC 9596
const ALGORITHMS = { "-7": "ES256", "-8": "EdDSA" };

/* Verify and open: payload and kid. `expected` is what the protected header must say besides algorithm and kid. */
export const opened = async (bytes, find, expected = new Map()) => {
  const [protectedHeader, payload, signature] = parts(bytes);
  const said = header(protectedHeader, expected);
  const [algorithm, kid] = [said.get(ALG), said.get(KID)];
  const key = await find(kid);
  if (key.coseAlgorithm !== algorithm) refuse("proof.algorithm", { found: ALGORITHMS[algorithm] });
  if (!(await key.verifies(signature, sigStructure(protectedHeader, payload)))) refuse("proof.signature");
  return [payload, kid];
};

const parts = (bytes) => {
  const value = readCbor(bytes);
  if (!(value instanceof Tag) || value.number !== SIGN1) {
    refuse("proof.type", { found: value instanceof Tag ? `CBOR ${value.number}` : "CBOR" });
  }
  const list = Array.isArray(value.value) && value.value.length === 4 ? value.value : [];
  const [protectedHeader, unprotected, payload, signature] = list;
  if (![protectedHeader, payload, signature].every((part) => part instanceof Uint8Array) || !(unprotected instanceof Map)) {
    refuse("proof.damaged", { what: "COSE_Sign1" });
  }
  if (unprotected.size > 0) refuse("proof.unprotected");
  return [protectedHeader, payload, signature];
};

const header = (bytes, expected) => {
  const said = bytes.length > 0 ? readCbor(bytes) : new Map();
  if (!(said instanceof Map)) refuse("proof.damaged", { what: "COSE_Sign1" });
  const odd = [...said.keys()].filter((name) => !["number", "bigint"].includes(typeof name));
  if (odd.length > 0) refuse("proof.header", { what: shown(odd[0]) });
  if (said.has(CRIT)) refuse("proof.critical", { what: shown(said.get(CRIT)) });
  if (!(said.get(ALG) in ALGORITHMS) || typeof said.get(ALG) !== "number") refuse("proof.algorithm", { found: shown(said.get(ALG)) });
  if (!(said.get(KID) instanceof Uint8Array)) refuse("proof.key_name");
  for (const [name, must] of expected) if (said.get(name) !== must) refuse("proof.type", { found: shown(said.get(name)) });
  const extra = [...said.keys()].filter((name) => ![ALG, KID].includes(name) && !expected.has(name));
  if (extra.length > 0) refuse("proof.header", { what: shown(extra[0]) });
  return said;
};
