/* Tells a verdict: what is proven, by whom, as of when, what was not checked, and that no right follows. */
import { element, icon, pairs } from "./element.js";
import { FIELDS } from "./proofs/claims.js";
import { hearBy } from "../web/aloud.js";
import { day, label, logged, noRight, reason, say, told, written } from "./words.js";

/* Of these the device is at fault, or what it holds, and not the constancia. */
const UNDECIDED = /^(page|trust|receipt\.short|status\.(expired|not_yet|list))/;
const OLD = /^(trust|status)\./; // what new lists may mend
const ALWAYS_BY_EYE = ["unchecked.holder", "unchecked.code", "unchecked.later"];

/* `wasAsked`: whether whoever presented it had to answer this device. */
export const drawVerdict = (place, verdict, wasAsked) => {
  const hasAnswered = wasAsked && verdict.notChecked.every(({ code }) => code !== "unchecked.holder");
  draw(place, ...standing(verdict, say("Verified"), say("Genuine, but not fully checked")), [
    element("h3", {}, say("What it proves")),
    ...proven(verdict.proven),
    element("h3", {}, say("Who says so")),
    pairs([
      [label("issuer"), element("span", {}, verdict.issuerName, " ", element("span", { class: "code" }, `(${verdict.issuer})`))],
      [label("issued"), day(verdict.issued)],
      [label("expires"), day(verdict.expires)],
      [label("as_of"), day(verdict.asOf)],
    ]),
    hasAnswered ? element("p", { class: "answered" }, say("Whoever presents it answered this device just now, with the key that it was issued to.")) : "",
    ...unchecked(verdict.notChecked),
    element("p", { class: "no-right" }, noRight),
  ]);
};

/* Tells what a receipt of the log proves. */
export const drawLogged = (place, verdict) => {
  const { witnesses, asOf } = verdict;
  draw(place, ...standing(verdict, say("The receipt holds"), say("The receipt is genuine, but not fully checked")), [
    element("h3", {}, say("What it proves")),
    pairs([[logged.label("kind"), logged.kind(verdict.kind)], ...told(verdict.said)]),
    element("h3", {}, say("Who says so")),
    pairs([
      [logged.label("log"), verdict.origin],
      [logged.label("place"), say("{index} of {size}", { index: verdict.index, size: verdict.size })],
      ...(witnesses.length > 0 ? [[logged.label("witnesses"), witnesses.map(({ name }) => name).join(", ")], [logged.label("as_of"), day(asOf)]] : []),
    ]),
    ...unchecked(verdict.notChecked),
    element("p", { class: "no-right" }, logged.noRight),
  ]);
};

/* Icon and heading: whether anything is left open but what a person must see to. */
const standing = ({ notChecked }, whole, partly) =>
  notChecked.every(({ code }) => ALWAYS_BY_EYE.includes(code)) ? ["pay", whole] : ["hold", partly];

export const drawRefusal = (place, refusal) => {
  const isUndecided = UNDECIDED.test(refusal.code);
  draw(place, isUndecided ? "hold" : "refuse", isUndecided ? say("Could not be verified") : say("Do not accept it"), [
    element("p", { class: "why" }, reason(refusal)),
    ...(OLD.test(refusal.code) ? [renewing()] : []),
    element("p", { class: "note" }, say("Nothing of it is proven, so nothing of it is shown."), " ", element("code", {}, refusal.code)),
  ]);
};

/* A second way to what is done further down the page, where the reader is told that it is needed. */
const renewing = () => {
  const button = element("button", { class: "button", type: "button" }, say("Refresh the lists"));
  button.addEventListener("click", () => document.getElementById("refresh").click());
  return element("p", { class: "actions" }, button);
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
  const hear = element("button", { class: "button quiet", type: "button", hidden: "" }, say("Listen"));
  const whole = element("div", { class: `judgement ${kind}` }, head, element("div", { class: "judgement-body flow" }, ...content, hear));
  hearBy(hear, () => whole);
  place.replaceChildren(whole);
  place.hidden = false;
  place.focus();
  place.scrollIntoView({ block: "start" });
};
