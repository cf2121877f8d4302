/* Submissions on the map; asked again while the page is open. */
import { circles, ink, show } from "../web/ground.js";

const look = ["match", ["get", "look"], "approved", ink("--pay"), "returned", ink("--refuse"), "second_visit", ink("--hold"), "flagged", ink("--hold"), "quarantined", ink("--hold"), ink("--none")];
const flagged = ["case", [">", ["get", "flagged"], 0], ink("--hold"), ink("--none")];

const submission = (p, words) => ({ title: words.form + " " + p.form, pairs: [], link: words.page.replace("/0/", "/" + p.id + "/") });
const area = (p, words) => ({ title: p.name, pairs: [[words.submissions, p.people], [words.flagged, p.flagged]] });

show({
  layers: (words) => [
    circles(flagged, Number(words.from)),
    { id: "points", type: "circle", "source-layer": "submissions", minzoom: Number(words.from), paint: { "circle-color": look, "circle-radius": ["interpolate", ["linear"], ["zoom"], 10, 4, 15, 8], "circle-stroke-color": ink("--surface"), "circle-stroke-width": 1 } },
  ],
  touched: ["points", "centres"],
  told: (p, words) => (p.id ? submission : area)(p, words),
  againMs: 15000,
});
