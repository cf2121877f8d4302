/* The constancia as a card: a CWT (RFC 8392) in COSE_Sign1, in base45, behind `CEIBA1:`; see ceiba/proofs/card.py. */
import { unpacked45 } from "./bytes.js";
import { readCbor } from "./cbor.js";
import { count, dayNumbered, FIELDS, moment, monthNumbered, text, value } from "./claims.js";
import { opened as openedCose } from "./cose.js";
import { webBase } from "./keys.js";
import { refuse, shown } from "./refusal.js";

export const PREFIX = "CEIBA1:";
const LONGEST = 400;
const [ISS, EXP, IAT, CEIBA] = [1, 4, 6, -65537];
const READERS = [text, dayNumbered, text, count, monthNumbered, monthNumbered];

/* Verify a card's signature and read it: what it claims, and whose key signed it. */
export const opened = async (card, trust) => {
  if (card.length > LONGEST) refuse("proof.too_large", { size: card.length, most: LONGEST });
  const bytes = unpacked45(card.slice(PREFIX.length));
  const [payload, kid] = await openedCose(bytes, (name) => trust.heldShort(name).key);
  return [claimed(readCbor(payload)), trust.heldShort(kid)];
};

const claimed = (payload) => {
  if (!(payload instanceof Map)) refuse("proof.damaged", { what: "CWT" });
  const extra = [...payload.keys()].filter((name) => ![ISS, EXP, IAT, CEIBA].includes(name));
  if (extra.length > 0) refuse("proof.extra", { what: shown(extra[0]) });
  const rest = payload.get(CEIBA);
  const fields = Object.keys(FIELDS);
  if (!Array.isArray(rest) || rest.length !== fields.length + 2) refuse("proof.claim", { claim: "CWT" });
  const subject = Object.fromEntries(fields.map((field, at) => [field, value(field, READERS[at], rest[at])]));
  const issuer = value("issuer", text, payload.get(ISS));
  const [issued, expires] = [value("issued", moment, payload.get(IAT)), value("expires", moment, payload.get(EXP))];
  const statusList = address(issuer, value("status_list", text, rest.at(-2)));
  return { subject, issuer, issued, expires, statusList, statusIndex: value("status_index", count, rest.at(-1)) };
};

/* An address under the issuer's own site is written without that site. */
const address = (issuer, said) => (said.startsWith("https://") ? said : webBase(issuer) + said);
