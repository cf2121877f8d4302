/* Tells a verdict: what is proven, by whom, as of when, what was not checked, and that no right follows. */
import { element, icon, pairs } from "./element.js";
import { FIELDS } from "./proofs/claims.js";
import { day, label, noRight, reason, say, written } from "./words.js";

/* Of these the device is at fault, or what it holds, and not the constancia. */
const UNDECIDED = /^(page|trust|status\.(expired|not_yet|list))/;
const ALWAYS_BY_EYE = "unchecked.holder";

export const drawVerdict = (place, verdict) => {
  const isWhole = verdict.notChecked.every(({ code }) => code === ALWAYS_BY_EYE);
  draw(place, isWhole ? "pay" : "hold", isWhole ? say("Verified") : say("Genuine, but not fully checked"), [
    element("h3", {}, say("What it proves")),
    ...proven(verdict.proven),
    element("h3", {}, say("Who says so")),
    pairs([
      [label("issuer"), `${verdict.issuerName} (${verdict.issuer})`],
      [label("issued"), day(verdict.issued)],
      [label("expires"), day(verdict.expires)],
      [label("as_of"), day(verdict.asOf)],
    ]),
    ...unchecked(verdict.notChecked),
    element("p", { class: "no-right" }, noRight),
  ]);
};

export const drawRefusal = (place, refusal) => {
  const isUndecided = UNDECIDED.test(refusal.code);
  draw(place, isUndecided ? "hold" : "refuse", isUndecided ? say("Could not be verified") : say("Do not accept it"), [
    element("p", { class: "why" }, reason(refusal)),
    element("p", { class: "note" }, say("Nothing of it is proven, so nothing of it is shown."), " ", element("code", {}, refusal.code)),
  ]);
};

const proven = (subject) => {
  const fields = Object.keys(FIELDS);
  const shown = fields.filter((field) => field in subject);
  const withheld = fields.filter((field) => !(field in subject)).map(label);
  return [
    shown.length > 0 ? pairs(shown.map((field) => [label(field), written(field, subject[field])])) : "",
    withheld.length > 0 ? element("p", { class: "withheld" }, `${label("withheld")}: ${withheld.join(", ").toLowerCase()}.`) : "",
  ];
};

const unchecked = (problems) => {
  if (problems.length === 0) return [];
  const texts = [...new Set(problems.map(reason))];
  return [
    element("div", { class: "unchecked" }, element("h3", {}, say("Not checked")), element("ul", {}, ...texts.map((text) => element("li", {}, text)))),
  ];
};

const draw = (place, kind, heading, content) => {
  const head = element("div", { class: "judgement-head" }, icon(kind), element("h2", { id: "verdict-title" }, heading));
  place.replaceChildren(element("div", { class: `judgement ${kind}` }, head, element("div", { class: "judgement-body flow" }, ...content)));
  place.hidden = false;
  place.focus();
  place.scrollIntoView({ block: "start" });
};
