/* The page's texts in its language, which the page carries with it; times and sizes as people write them. */
const known = JSON.parse(document.getElementById("words").textContent);

export const language = document.documentElement.lang;

export const allWords = known;

/* The text, with {names} replaced by `values`. */
export const say = (text, values = {}) =>
  (known[text] ?? text).replace(/\{(\w+)\}/g, (whole, name) => values[name] ?? whole);

const moment = new Intl.DateTimeFormat(language, { day: "numeric", month: "long", hour: "numeric", minute: "2-digit" });
const hour = new Intl.DateTimeFormat(language, { hour: "numeric", minute: "2-digit" });

export const when = (time) => moment.format(new Date(time));

export const atHour = (time) => say("at {time}", { time: hour.format(new Date(time)) });

export const megabytes = (bytes) =>
  `${new Intl.NumberFormat(language, { maximumFractionDigits: 1 }).format(bytes / 1e6)} MB`;
