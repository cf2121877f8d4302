/* The page's texts in its language, which the page carries with it: its own, and the reasons of ceiba/proofs. */
import { INVISIBLE } from "./proofs/claims.js";

const words = JSON.parse(document.getElementById("words").textContent);
const region = document.documentElement.lang === "es" ? "es-MX" : "en-GB";
const dayOf = new Intl.DateTimeFormat(region, { day: "numeric", month: "long", year: "numeric", timeZone: "UTC" });
const monthOf = new Intl.DateTimeFormat(region, { month: "long", year: "numeric", timeZone: "UTC" });

export const roots = words.roots;
export const noRight = words.noRight;
export const label = (field) => words.labels[field];

/* What receipts of the log are told with. */
export const logged = {
  label: (field) => words.logged.labels[field] ?? field,
  kind: (kind) => words.logged.kinds[kind],
  noRight: words.logged.noRight,
};

const filled = (text, values) => text.replace(/\{(\w+)(:%Y-%m-%d)?\}/g, (whole, name, asDay) => (asDay ? day(values[name]) : values[name] ?? whole));

/* A text of the page, with {names} replaced by `values`. */
export const say = (text, values = {}) => filled(words.texts[text], values);

/* What to tell of a problem: a Refusal, or an entry of `notChecked`. Whatever it was found in, it is one line of letters
   that are seen. */
export const reason = ({ code, values }) =>
  filled(words.reasons[code], values).replace(/[\t\n\r]+/g, " ").replace(new RegExp(INVISIBLE, "g"), "\ufffd");

export const day = (time) => dayOf.format(new Date(time));

/* A value as people write it; days are 2026-03-01, months 2026-03. */
export const written = (field, value) => {
  if (field === "birth_date") return day(`${value}T00:00:00Z`);
  if (field.endsWith("_month")) return monthOf.format(new Date(`${value}-01T00:00:00Z`));
  return String(value);
};

/* The members of what was logged as pairs to read: those with a label first, what is empty left out. */
export const told = (said) => {
  const labels = Object.keys(words.logged.labels).filter((name) => name in said);
  const names = [...labels, ...Object.keys(said).filter((name) => !labels.includes(name)).sort()];
  return names.filter((name) => !isEmpty(said[name])).map((name) => [logged.label(name), writtenMember(name, said[name])]);
};

const isEmpty = (value) => typeof value === "object" && value !== null && Object.keys(value).length === 0;

const writtenMember = (name, value) => {
  if (name === "outcome" && value in words.logged.outcomes) return words.logged.outcomes[value];
  if (typeof value === "string" && /^\d{4}-(0[1-9]|1[0-2])$/.test(value)) return monthOf.format(new Date(`${value}-01T00:00:00Z`));
  if (Array.isArray(value)) return value.join(", ");
  if (typeof value === "object" && value !== null) return Object.entries(value).map(([part, inner]) => `${part}: ${inner}`).join(", ");
  return typeof value === "number" ? value.toLocaleString(region) : String(value);
};
