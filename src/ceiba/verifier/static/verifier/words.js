/* The page's texts in its language, which the page carries with it: its own, and the reasons of ceiba/proofs. */
import { INVISIBLE } from "./proofs/claims.js";

const told = JSON.parse(document.getElementById("words").textContent);
const region = document.documentElement.lang === "es" ? "es-MX" : "en-GB";
const dayOf = new Intl.DateTimeFormat(region, { day: "numeric", month: "long", year: "numeric", timeZone: "UTC" });
const monthOf = new Intl.DateTimeFormat(region, { month: "long", year: "numeric", timeZone: "UTC" });

export const roots = told.roots;
export const noRight = told.noRight;
export const label = (field) => told.labels[field];

const filled = (text, values) => text.replace(/\{(\w+)(:%Y-%m-%d)?\}/g, (whole, name, asDay) => (asDay ? day(values[name]) : values[name] ?? whole));

/* A text of the page, with {names} replaced by `values`. */
export const say = (text, values = {}) => filled(told.texts[text], values);

/* What to tell of a problem: a Refusal, or an entry of `notChecked`. Whatever it was found in, it is one line of letters
   that are seen. */
export const reason = ({ code, values }) =>
  filled(told.reasons[code], values).replace(/[\t\n\r]+/g, " ").replace(new RegExp(INVISIBLE, "g"), "\ufffd");

export const day = (time) => dayOf.format(new Date(time));

/* A value as people write it; days are 2026-03-01, months 2026-03. */
export const written = (field, value) => {
  if (field === "birth_date") return day(`${value}T00:00:00Z`);
  if (field.endsWith("_month")) return monthOf.format(new Date(`${value}-01T00:00:00Z`));
  return String(value);
};
