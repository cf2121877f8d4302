/* The map of areas and plots. */
import { circles, ink, show } from "./ground.js";

const outcome = ["match", ["get", "outcome"], "pay", ink("--pay"), "hold", ink("--hold"), "refuse", ink("--refuse"), ink("--none")];
const share = ["step", ["coalesce", ["get", "paid_percent"], 0], ink("--choro-1"), 60, ink("--choro-2"), 75, ink("--choro-3"), 85, ink("--choro-4"), 95, ink("--choro-5")];
const isPoint = ["==", ["geometry-type"], "Point"];
const plots = { "source-layer": "plots" };

const number = new Intl.NumberFormat(document.documentElement.lang === "es" ? "es-MX" : "en");
const hectares = (m2) => (m2 === undefined ? "—" : (m2 / 10000).toFixed(2) + " ha");

const plot = (p, words) => ({
  title: words.plot + " " + p.code,
  pairs: [[words.who, p.person], [words.last, words[p.outcome] || words.none], [words.nominal, hectares(p.nominal_m2)], [words.measured, hectares(p.measured_m2)]],
  link: words.person.replace("CODE", encodeURIComponent(p.person)),
});

const area = (p, words) => {
  const people = (n) => (n === undefined ? words.few : number.format(n));
  return { title: p.name, pairs: [[words.people, people(p.people)], [words.pay, people(p.pay)], [words.hold, people(p.hold)], [words.refuse, people(p.refuse)]] };
};

show({
  layers: () => [
    { id: "plot-shapes", type: "fill", ...plots, filter: ["!", isPoint], paint: { "fill-color": outcome, "fill-opacity": 0.55 } },
    { id: "plot-edges", type: "line", ...plots, filter: ["!", isPoint], paint: { "line-color": outcome, "line-width": 1.6 } },
    { id: "plot-points", type: "circle", ...plots, filter: isPoint, paint: { "circle-color": outcome, "circle-radius": ["interpolate", ["linear"], ["zoom"], 10, 2.5, 13, 5], "circle-stroke-color": ink("--surface"), "circle-stroke-width": 0.7 } },
    circles(share, 10),
  ],
  touched: ["plot-shapes", "plot-points", "centres"],
  told: (p, words) => (p.person ? plot : area)(p, words),
});
