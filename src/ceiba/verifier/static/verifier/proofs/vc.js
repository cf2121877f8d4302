/* The constancia as a W3C Verifiable Credential 2.0, secured with JOSE or COSE; see ceiba/proofs/vc.py. */
import { count, FIELDS, only, text, value, writtenMoment } from "./claims.js";
import { CONTENT_TYPE, opened as openedCose, TYP } from "./cose.js";
import { opened as openedJws } from "./jose.js";
import { alike, isObject, readObject } from "./json.js";
import { refuse, shown } from "./refusal.js";

const CONTEXT = ["https://www.w3.org/ns/credentials/v2", { "@vocab": "urn:ceiba:terms:" }];
const TYPES = ["VerifiableCredential", "Constancia"];
const COSE_HEADER = new Map([[CONTENT_TYPE, "application/vc"], [TYP, "application/vc+cose"]]);
const PURPOSES = ["revocation", "suspension"];
const TERMS = {
  name: "name",
  birth_date: "birthDate",
  programme: "programme",
  months_accepted: "monthsAccepted",
  first_month: "firstMonth",
  last_month: "lastMonth",
};
const MEMBERS = [
  "@context", "id", "type", "issuer", "validFrom", "validUntil", "description", "credentialSubject", "credentialStatus",
];

export const openedJose = async (token, trust) => {
  const [payload, kid] = await openedJws(token, "vc+jwt", (name) => trust.held(name).key, { cty: "vc" });
  return [claimed(payload), trust.held(kid)];
};

export const openedBinary = async (bytes, trust) => {
  const [payload, kid] = await openedCose(bytes, (name) => trust.held(named(name)).key, COSE_HEADER);
  return [claimed(readObject(payload)), trust.held(named(kid))];
};

const named = (kid) => new TextDecoder().decode(kid);

const claimed = (payload) => {
  if (!alike(payload.type, TYPES) || !alike(payload["@context"], CONTEXT)) refuse("proof.type", { found: shown(payload.type, 60) });
  only(payload, MEMBERS);
  const said = payload.credentialSubject;
  if (!isObject(said)) refuse("proof.claim", { claim: "credentialSubject" });
  only(said, Object.values(TERMS));
  const [statusList, statusIndex] = status(payload.credentialStatus);
  return {
    subject: Object.fromEntries(Object.entries(FIELDS).map(([field, read]) => [field, value(field, read, said[TERMS[field]])])),
    issuer: value("issuer", text, payload.issuer),
    issued: value("issued", writtenMoment, payload.validFrom),
    expires: value("expires", writtenMoment, payload.validUntil),
    statusList,
    statusIndex,
  };
};

/* Address and index, of entries exactly as they are issued: nobody would look at a third list. */
const status = (raw) => {
  const [address, index] = value("credentialStatus", (entries) => {
    const [first] = entries;
    if (!/^\d+$/.test(text(first.statusListIndex))) throw new RangeError(first.statusListIndex);
    return [text(first.statusListCredential).replace(/\/revocation$/, ""), count(Number(first.statusListIndex))];
  }, raw);
  const expected = PURPOSES.map((purpose) => ({
    type: "BitstringStatusListEntry",
    statusPurpose: purpose,
    statusListIndex: String(index),
    statusListCredential: `${address}/${purpose}`,
  }));
  if (!alike(raw, expected)) refuse("proof.claim", { claim: "credentialStatus" });
  return [address, index];
};
