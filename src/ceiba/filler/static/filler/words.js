/* The page's texts in its language, which the page carries with it; times and sizes as people write them. */
const known = JSON.parse(document.getElementById("words").textContent);

export const language = document.documentElement.lang;

/* Months and numbers as Mexico and Central America write them. */
const region = language === "es" ? "es-MX" : "en-GB";

export const allWords = known;

/* The text, with {names} replaced by `values`. */
export const say = (text, values = {}) =>
  (known[text] ?? text).replace(/\{(\w+)\}/g, (whole, name) => values[name] ?? whole);

const moment = new Intl.DateTimeFormat(region, { day: "numeric", month: "long", hour: "numeric", minute: "2-digit" });
const hour = new Intl.DateTimeFormat(region, { hour: "numeric", minute: "2-digit" });

export const when = (time) => moment.format(new Date(time));

export const atHour = (time) => say("at {time}", { time: hour.format(new Date(time)) });

export const size = (bytes) => {
  const [unit, name] = bytes < 1e9 ? [1e6, "MB"] : [1e9, "GB"];
  return `${new Intl.NumberFormat(region, { maximumFractionDigits: 1 }).format(bytes / unit)} ${name}`;
};
