/* One function that reads a constancia in any of its formats, and says what it proves and what was not looked at. The
   same as ceiba/proofs/verifying.py, step by step: tests/proofs/vectors.py holds both to the same reasons. Nothing is
   looked up. */
import * as card from "./card.js";
import { refuse } from "./refusal.js";
import * as sdJwt from "./sd_jwt.js";
import { isSet, listAddress, PURPOSES } from "./status_list.js";
import * as vc from "./vc.js";

const LARGEST = 16_384; // bytes of any constancia
const SKEW = 300_000; // how far clocks may differ
const DAY = 86_400_000;
const STALE = 7 * DAY; // after which a list is told to be old

/* `proof` is text or bytes; `statuses` are lists as `status_list.opened` gives them; `asked` as `sd_jwt.opened` takes
   it. Throws the Refusal of the one reason for which it does not hold at `now`. */
export const verify = async (proof, trust, now, statuses = [], asked = null) => {
  if (trust.expires <= now) refuse("trust.expired", { expires: trust.expires });
  const [form, claimed, held, isHolder] = await opened(proof, trust, asked, now);
  inTime(claimed, held, now);
  const [lookedAt, notChecked] = setAgainst(claimed, statuses, now);
  notChecked.push(...trustOld(trust, now));
  if (!isHolder) notChecked.push({ code: "unchecked.holder", values: {} });
  return {
    form,
    proven: claimed.subject,
    issuer: claimed.issuer,
    issuerName: held.issuer.name,
    issued: claimed.issued,
    expires: claimed.expires,
    asOf: lookedAt.length > 0 ? Math.min(...lookedAt.map((status) => status.issued)) : claimed.issued,
    statusList: claimed.statusList,
    notChecked,
  };
};

/* Told apart by how it begins, verified and read; true at the end where the holder proved to present it. */
const opened = async (proof, trust, asked, now) => {
  if (proof.length > LARGEST) refuse("proof.too_large", { size: proof.length, most: LARGEST });
  if (typeof proof !== "string" && proof[0] >= 0x80) return ["vc+cose", ...(await vc.openedBinary(proof, trust)), false];
  const words = wordsOf(proof);
  if (words.startsWith(card.PREFIX)) return ["card", ...(await card.opened(words, trust)), false];
  if (words.includes("~")) return ["dc+sd-jwt", ...(await sdJwt.opened(words, trust, asked, now))];
  if (words.split(".").length === 3) return ["vc+jwt", ...(await vc.openedJose(words, trust)), false];
  return refuse("proof.unknown_format");
};

const wordsOf = (proof) => {
  const words = typeof proof === "string" ? proof : String.fromCharCode(...proof);
  if (/[^\u0000-\u007f]/.test(words)) refuse("proof.unknown_format");
  return words.replace(/^[\r\n]+|[\r\n]+$/g, "");
};

const inTime = (claimed, held, now) => {
  if (claimed.issuer !== held.issuer.did) refuse("proof.issuer_other", { issuer: claimed.issuer.slice(0, 80) });
  if (claimed.issued > now + SKEW) refuse("proof.not_yet", { issued: claimed.issued });
  if (!held.key.inUse(claimed.issued)) refuse("proof.key_period", { issued: claimed.issued });
  if (claimed.expires <= now) refuse("proof.expired", { expires: claimed.expires });
};

/* The lists that it was set against, and what they leave open. */
const setAgainst = (claimed, statuses, now) => {
  const [lookedAt, notChecked] = [[], []];
  for (const purpose of PURPOSES) {
    const address = listAddress(claimed.statusList, purpose);
    const found = statuses.filter((status) => status.address === address && status.purpose === purpose);
    if (found.length === 0) {
      notChecked.push({ code: "unchecked.status", values: { purpose } });
      continue;
    }
    const own = found.filter((status) => status.issuer === claimed.issuer);
    const newest = (own.length > 0 ? own : found).reduce((one, other) => (other.issued > one.issued ? other : one));
    judge(newest, claimed, now);
    lookedAt.push(newest);
    if (now - newest.issued > STALE) notChecked.push({ code: "unchecked.status_old", values: { purpose, days: days(now - newest.issued) } });
  }
  return [lookedAt, notChecked];
};

const judge = (status, claimed, now) => {
  if (status.issuer !== claimed.issuer) refuse("status.issuer");
  if (status.issued > now + SKEW) refuse("status.not_yet", { issued: status.issued });
  if (status.expires <= now) refuse("status.expired", { expires: status.expires });
  if (isSet(status, claimed.statusIndex)) {
    refuse(status.purpose === "revocation" ? "proof.revoked" : "proof.suspended", { issued: status.issued });
  }
};

/* What an old list leaves open. */
export const trustOld = ({ issued }, now) =>
  now - issued > STALE ? [{ code: "unchecked.trust_old", values: { days: days(now - issued) } }] : [];

const days = (time) => Math.floor(time / DAY);
