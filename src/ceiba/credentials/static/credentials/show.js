/* Shows a part of a constancia. A whole copy is fetched once, bound to a key made here; what is ticked is cut from it on
   this device, so that nobody learns what is shown, and the page goes on without a network. Nothing is kept: closing
   the page ends the key. */
import { readChallenge } from "../verifier/proofs/challenge_text.js";
import { squeezed } from "../verifier/proofs/squeezed.js";
import { qrCode } from "../verifier/qr_code.js";
import { watch } from "../verifier/scanning.js";
import { bound, keyMade, presented } from "./presenting.js";

const part = (id) => document.getElementById(id);
const showing = part("showing");
const said = showing.dataset;
const boxes = [...showing.querySelectorAll("input[name=show]")];
let held = null; // { sdJwt, key }
let asked = null; // what a verifier asks, until it is older than they take
let file = null;
let stopCamera = null;
let drawn = 0; // how often it was drawn: what takes longer than the next is not shown

const fail = (text) => {
  part("failed").hidden = false;
  part("failed").firstElementChild.textContent = text;
  part("code").replaceChildren();
};

const fetched = async () => {
  const { key, jwk } = await keyMade();
  const headers = { "Content-Type": "application/json", "X-CSRFToken": part("what").elements.csrfmiddlewaretoken.value };
  const response = await fetch(said.copy, { method: "POST", headers, body: JSON.stringify({ jwk }) });
  const told = await response.json();
  if (!response.ok) throw new Error(told.problem);
  return { sdJwt: told.sd_jwt, key };
};

const names = (chosen) => chosen.map((box) => box.dataset.label).join(", ") || said.nothing;

const draw = async () => {
  if (held === null) return;
  const turn = ++drawn;
  const chosen = boxes.filter((box) => box.checked);
  const plain = presented(held.sdJwt, chosen.map((box) => box.value));
  const presentation = asked === null ? plain : await bound(plain, held.key, asked, Date.now());
  const words = await squeezed(presentation);
  if (turn !== drawn) return;
  part("code").replaceChildren(qrCode(words, said.code, "low"));
  part("told").textContent = `${said.listed} ${names(chosen)}. ${said.withheld} ${names(boxes.filter((box) => !box.checked))}.`;
  if (file !== null) URL.revokeObjectURL(file);
  file = URL.createObjectURL(new Blob([presentation], { type: "application/dc+sd-jwt" }));
  Object.assign(part("file"), { href: file, download: said.file, hidden: false });
};

const answer = (text) => {
  const found = readChallenge(text, said.verifier);
  part("answers").textContent = found === null ? said.unread : `${said.answers} ${found.audience}`;
  asked = found;
  return draw();
};

const closeCamera = () => {
  stopCamera?.();
  stopCamera = null;
  part("video").hidden = true;
};

const readTheirs = async () => {
  if (stopCamera !== null) return closeCamera();
  part("video").hidden = false;
  try {
    stopCamera = await watch(part("video"), (code) => {
      closeCamera();
      answer(code);
      part("code").scrollIntoView({ block: "nearest" });
    });
  } catch {
    closeCamera();
    part("letters").focus();
  }
  return undefined;
};

const start = async () => {
  for (const box of boxes) box.addEventListener("change", draw);
  part("what").addEventListener("submit", (event) => event.preventDefault());
  if (said.own === "yes") {
    part("read").addEventListener("click", readTheirs);
    part("letters").addEventListener("change", ({ target }) => answer(target.value));
  }
  try {
    held = await fetched();
  } catch (problem) {
    fail(problem instanceof TypeError || problem instanceof SyntaxError ? said.network : problem.message); // or signed out
    return;
  }
  await draw();
  showing.dataset.ready = "yes";
};

if (showing !== null) start();
