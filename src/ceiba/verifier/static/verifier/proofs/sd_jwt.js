/* The constancia as an SD-JWT VC (RFC 9901): its holder shows some of it; see ceiba/proofs/sd_jwt.py. */
import { packed, sha256, unpacked, utf8 } from "./bytes.js";
import { count, FIELDS, moment, only, text, value } from "./claims.js";
import { opened as openedJws } from "./jose.js";
import { isObject, readJson } from "./json.js";
import { keyOf } from "./keys.js";
import { refuse, shown } from "./refusal.js";

const TYPE = "dc+sd-jwt";
const BINDING_TYPE = "kb+jwt";
const VCT = "urn:ceiba:constancia:1";
const HASH = "sha-256";
const BINDING_LASTS = 600_000;
const ALWAYS_SHOWN = ["iss", "iat", "exp", "vct", "status", "description", "cnf"];
const NEVER_APART = [...ALWAYS_SHOWN, "nbf", "vct#integrity", "_sd", "_sd_alg", "..."];

/* What it claims, whose key signed it, and whether its holder proved to present it. `asked` is null or what the
   verifier asked a wallet: { nonce, audience }. */
export const opened = async (sdJwt, trust, asked, now) => {
  const parts = takenApart(sdJwt);
  const [raw, kid] = await openedJws(parts.token, TYPE, (name) => trust.held(name).key);
  const payload = await processed(raw, parts.disclosures);
  if (payload.vct !== VCT) refuse("sd.vct", { found: shown(payload.vct, 60) });
  return [claimed(payload), trust.held(kid), await holderProved(parts, payload.cnf, asked, now)];
};

const takenApart = (sdJwt) => {
  const parts = sdJwt.split("~");
  const [token, disclosures, binding] = [parts[0], parts.slice(1, -1), parts.at(-1)];
  if (token === "" || disclosures.includes("")) refuse("proof.damaged", { what: "SD-JWT" });
  return { token, disclosures, binding, bound: sdJwt.slice(0, sdJwt.length - binding.length) };
};

const digest = async (words) => packed(await sha256(utf8(words)));

/* The processed payload of RFC 9901, section 7.1: digests replaced by what they are digests of. */
const processed = async (payload, disclosures) => {
  const found = "_sd_alg" in payload ? payload._sd_alg : HASH;
  if (found !== HASH) refuse("sd.hash", { found: shown(found) });
  const digests = await Promise.all(disclosures.map(digest));
  const byDigest = new Map(digests.map((name, at) => [name, disclosures[at]]));
  if (byDigest.size !== disclosures.length) refuse("sd.repeated");
  const walk = new Walk(byDigest);
  const { _sd_alg, ...rest } = payload;
  const result = walk.members(Object.assign(Object.create(null), rest));
  if (digests.some((name) => !walk.seen.has(name))) refuse("sd.unreferenced");
  return result;
};

/* One pass over a payload; `seen` are the digests met so far, of disclosures or decoys. */
class Walk {
  constructor(byDigest) {
    this.byDigest = byDigest;
    this.seen = new Set();
  }

  anything(raw) {
    if (Array.isArray(raw)) return this.items(raw);
    return isObject(raw) ? this.members(raw) : raw;
  }

  members(raw) {
    if ("..." in raw) refuse("sd.malformed", { what: "..." });
    const result = Object.create(null);
    for (const [name, inner] of Object.entries(raw)) if (name !== "_sd") result[name] = this.anything(inner);
    const digests = "_sd" in raw ? raw._sd : [];
    if (!Array.isArray(digests)) refuse("sd.malformed", { what: "_sd" });
    for (const one of digests) this.disclose(one, result);
    return result;
  }

  disclose(one, result) {
    const disclosure = this.meet(one);
    if (disclosure === undefined) return;
    const [, name, inner] = contents(disclosure, 3);
    if (typeof name !== "string" || NEVER_APART.includes(name)) refuse("sd.reserved", { claim: shown(name) });
    if (name in result) refuse("sd.overlap", { claim: shown(name) });
    result[name] = this.anything(inner);
  }

  items(raw) {
    return raw.flatMap((item) => {
      if (!isObject(item) || !("..." in item)) return [this.anything(item)];
      if (Object.keys(item).length !== 1) refuse("sd.malformed", { what: "..." });
      const disclosure = this.meet(item["..."]);
      return disclosure === undefined ? [] : [this.anything(contents(disclosure, 2)[1])];
    });
  }

  /* The disclosure of a digest; undefined for a decoy or what is withheld. */
  meet(one) {
    if (typeof one !== "string") refuse("sd.malformed", { what: "_sd" });
    if (this.seen.has(one)) refuse("sd.digest_twice");
    this.seen.add(one);
    return this.byDigest.get(one);
  }
}

/* [salt, name, value] or [salt, value]. */
const contents = (disclosure, length) => {
  let found;
  try {
    found = readJson(unpacked(disclosure));
  } catch {
    refuse("sd.malformed", { what: "base64url" });
  }
  if (!Array.isArray(found) || found.length !== length || typeof found[0] !== "string") refuse("sd.malformed", { what: "disclosure" });
  return found;
};

const claimed = (payload) => {
  only(payload, [...ALWAYS_SHOWN, ...Object.keys(FIELDS)]);
  const [uri, idx] = value("status", place, payload.status);
  const shownFields = Object.entries(FIELDS).filter(([field]) => field in payload);
  return {
    subject: Object.fromEntries(shownFields.map(([field, read]) => [field, value(field, read, payload[field])])),
    issuer: value("issuer", text, payload.iss),
    issued: value("issued", moment, payload.iat),
    expires: value("expires", moment, payload.exp),
    statusList: value("status_list", text, uri),
    statusIndex: value("status_index", count, idx),
  };
};

const place = (status) => {
  const list = members(status, ["bitstring_status_list"]).bitstring_status_list;
  return [members(list, ["idx", "uri"]).uri, list.idx];
};

/* The object, which has these members and no others. */
const members = (raw, names) => {
  if (!isObject(raw) || Object.keys(raw).sort().join() !== names.join()) throw new TypeError(names.join());
  return raw;
};

/* RFC 9901, section 7.3: whether the holder's key signed this presentation, and what was asked. An answer to a
   question that nobody asked is verified and counts for nothing. */
const holderProved = async (parts, cnf, asked, now) => {
  if (parts.binding === "") return asked === null ? false : refuse("sd.no_binding");
  const payload = await bindingOf(parts.binding, cnf, now);
  if (payload.sd_hash !== (await digest(parts.bound))) refuse("sd.binding", { what: "sd_hash" });
  if (asked === null) return false;
  const signedAt = value("iat", moment, payload.iat);
  if (payload.nonce !== asked.nonce) refuse("sd.binding", { what: "nonce" });
  if (payload.aud !== asked.audience) refuse("sd.binding", { what: "aud" });
  if (Math.abs(now - signedAt) > BINDING_LASTS) refuse("sd.binding", { what: "iat" });
  return true;
};

const bindingOf = async (binding, cnf, now) => {
  try {
    const key = await keyOf(cnf.jwk, now);
    const [payload] = await openedJws(binding, BINDING_TYPE, () => key, { named: false });
    return payload;
  } catch {
    return refuse("sd.binding", { what: "kb+jwt" });
  }
};
