/* The list of who is trusted: issuers, their keys and times; logs, their keys and witnesses. Signed by a root key that
   the verifier holds. Its number only grows, so that an old list with a key since taken off cannot be put back. */
import { hex } from "./bytes.js";
import { readLogTrust } from "./checkpoints.js";
import { count, moment, text } from "./claims.js";
import { opened as openedJws } from "./jose.js";
import { readKey, webBase } from "./keys.js";
import { refuse } from "./refusal.js";

export const TYPE = "ceiba-trust+jwt";

class Trust {
  constructor(number, issued, expires, issuers, logs) {
    Object.assign(this, { number, issued, expires, issuers, logs });
    const held = issuers.flatMap((issuer) => issuer.keys.map((key) => ({ issuer, key })));
    this.byName = new Map(held.map((each) => [`${each.issuer.did}#${each.key.thumbprint}`, each]));
    this.byShortName = new Map(held.map((each) => [hex(each.key.shortName), each]));
  }

  /* Key and issuer of a JOSE kid, a DID URL. */
  held(kid) {
    const did = kid.split("#")[0];
    const isKnown = this.issuers.some((issuer) => issuer.did === did);
    return this.byName.get(kid) ?? (isKnown ? refuse("proof.key_unknown") : refuse("proof.issuer_unknown", { issuer: did.slice(0, 80) }));
  }

  /* Key and issuer of a card's kid, the first bytes of a thumbprint. */
  heldShort(kid) {
    return this.byShortName.get(hex(kid)) ?? refuse("proof.key_unknown");
  }
}

/* Verify a list by one of the root keys; `cached` is the list held until now, or null. */
export const opened = async (token, roots, now, cached = null) => {
  const find = (kid) => roots.find((root) => root.thumbprint === kid) ?? refuse("proof.key_unknown");
  const [payload, kid] = await openedJws(token, TYPE, find);
  const trust = await trustOf(payload);
  if (!find(kid).inUse(trust.issued)) refuse("proof.key_period", { issued: trust.issued });
  if (trust.expires <= now) refuse("trust.expired", { expires: trust.expires });
  if (cached !== null && trust.number < cached.number) refuse("trust.older", { number: trust.number, held: cached.number });
  return trust;
};

const trustOf = async (payload) => {
  let trust;
  try {
    const issuers = await Promise.all(payload.issuers.map(issuerOf));
    const logs = await Promise.all(("logs" in payload ? payload.logs : []).map(readLogTrust));
    trust = new Trust(count(payload.number), moment(payload.iat), moment(payload.exp), issuers, logs);
  } catch (problem) {
    refuse("trust.list", { what: problem.code ?? problem.name });
  }
  const keys = trust.issuers.flatMap((issuer) => issuer.keys.map((key) => hex(key.shortName)));
  for (const names of [trust.issuers.map((issuer) => issuer.did), keys, trust.logs.map((log) => log.origin)]) {
    if (new Set(names).size !== names.length) refuse("trust.list", { what: "twice" });
  }
  return trust;
};

const issuerOf = async (raw) => {
  webBase(text(raw.id));
  return { did: raw.id, name: text(raw.name), keys: await Promise.all(raw.keys.map(readKey)) };
};
