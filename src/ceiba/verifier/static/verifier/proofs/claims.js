/* What a constancia claims, read as ceiba/proofs/claims.py reads it. Days and months stay text (2026-03-01, 2026-03),
   times are milliseconds since 1970. The readers throw for what makes no sense. */
import { refuse } from "./refusal.js";

const TEXT_LONGEST = 200;
const INVISIBLE = /[\x00-\x1f\x7f-\x9f\u00ad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]/;
const DAY_MS = 86_400_000;
const TIME_MAX = 253_402_300_799; // the last second of the year 9999
const [DAYS_MIN, DAYS_MAX] = [-719_162, 2_932_896]; // the years 1 to 9999
const [YEAR_MIN, YEAR_MAX] = [1900, 2200]; // of a month

const unless = (sound, raw) => {
  if (!sound) throw new RangeError(String(raw));
  return raw;
};

/* Of letters that are seen: ceiba/core/kernel/letters.py. */
export const text = (raw) => unless(typeof raw === "string" && raw !== "" && [...raw].length <= TEXT_LONGEST && !INVISIBLE.test(raw), raw);

export const count = (raw) => unless(Number.isSafeInteger(raw) && raw >= 0, raw);

export const day = (raw) => {
  const days = Date.parse(`${unless(/^\d{4}-\d\d-\d\d$/.test(text(raw)), raw)}T00:00:00Z`) / DAY_MS;
  return unless(dayNumbered(days) === raw, raw);
};

/* The day so many days after 1970-01-01. */
export const dayNumbered = (number) => {
  unless(Number.isSafeInteger(number) && number >= DAYS_MIN && number <= DAYS_MAX, number);
  return new Date(number * DAY_MS).toISOString().slice(0, 10);
};

export const month = (raw) => {
  const [, year, of] = /^(\d{4})-(\d\d)$/.exec(text(raw)) ?? [];
  unless(year >= YEAR_MIN && year <= YEAR_MAX && of >= 1 && of <= 12, raw);
  return raw;
};

/* The month so many months after the first of year 0. */
export const monthNumbered = (number) => {
  const year = Math.floor(count(number) / 12);
  return month(`${String(year).padStart(4, "0")}-${String((number % 12) + 1).padStart(2, "0")}`);
};

/* Seconds since 1970. */
export const moment = (raw) => unless(count(raw) <= TIME_MAX, raw) * 1000;

/* `2026-03-01T12:00:00Z`, one spelling. */
export const writtenMoment = (raw) => {
  const found = Date.parse(unless(/^[1-9]\d{3}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/.test(text(raw)), raw));
  return unless(writeMoment(found) === raw, raw) && found;
};

export const writeMoment = (at) => (Number.isFinite(at) ? `${new Date(at).toISOString().slice(0, 19)}Z` : "");

/* What it says of the person, in the order in which it is shown. */
export const FIELDS = {
  name: text,
  birth_date: day,
  programme: text,
  months_accepted: count,
  first_month: month,
  last_month: month,
};

/* `read(raw)`; the refusal names the claim when it makes no sense. */
export const value = (claim, read, raw) => {
  try {
    return read(raw);
  } catch {
    return refuse("proof.claim", { claim });
  }
};

/* Refuse whatever a constancia does not claim: what is signed and not shown would be a second message. */
export const only = (raw, known) => {
  const extra = Object.keys(raw).filter((name) => !known.includes(name)).sort();
  if (extra.length > 0) refuse("proof.extra", { what: extra[0].slice(0, 40) });
};
