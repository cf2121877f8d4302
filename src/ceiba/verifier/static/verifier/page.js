/* The verifier's page: takes a constancia, or a receipt of the log, from the camera, a file or the clipboard, and tells
   what it proves. */
import { element, pairs } from "./element.js";
import { load, refresh, take } from "./lists.js";
import { Challenge } from "./challenge.js";
import { isReceipt, verifyLogged } from "./proofs/logged.js";
import { Refusal, refuse } from "./proofs/refusal.js";
import { unsqueezed } from "./proofs/squeezed.js";
import { verify } from "./proofs/verifying.js";
import { scanPicture, watch } from "./scanning.js";
import { drawLogged, drawRefusal, drawVerdict } from "./verdict.js";
import { day, reason, say } from "./words.js";

const { worker, lists: listsAddress } = document.body.dataset;
const part = (id) => document.getElementById(id);
let lists;
let last = null; // what was verified last, to verify it again with new lists
let judged = 0; // how often something was to be verified: what takes longer than the next is not told
let stopCamera = null;
let challenge; // what was asked of whoever presents, until it is answered

/* Verify what `read` gives, and tell what came of it. */
const judge = async (read) => {
  const turn = ++judged;
  let tell;
  try {
    const proof = await unsqueezed(await read());
    if (turn === judged) last = proof;
    if (lists.problem !== null) throw lists.problem;
    tell = isReceipt(proof) ? await judgeReceipt(proof) : await judgeConstancia(proof);
  } catch (problem) {
    if (!(problem instanceof Refusal)) throw problem;
    tell = () => drawRefusal(part("verdict"), problem);
  }
  if (turn === judged) tell();
};

const judgeReceipt = async (proof) => {
  const verdict = await verifyLogged(proof, lists.trust, Date.now());
  return () => drawLogged(part("verdict"), verdict);
};

/* An answer to what was asked ends the asking: whoever presents the same again answers nothing. */
const judgeConstancia = async (proof) => {
  const { asked } = challenge;
  const verdict = await verify(proof, lists.trust, Date.now(), lists.statuses, asked);
  return () => {
    drawVerdict(part("verdict"), verdict, asked !== null);
    if (asked !== null && verdict.form === "dc+sd-jwt") challenge.end();
  };
};

const readFile = async (file) => {
  if (file.type.startsWith("image/")) return scanPicture(file);
  const bytes = new Uint8Array(await file.arrayBuffer());
  return bytes.length > 0 ? bytes : refuse("proof.unknown_format");
};

/* Pasted text often brings spaces and newlines along; only in base45 may a space mean something. */
const tidied = (text) => (/^\s*CEIBAZ?1:/.test(text) ? text.trimStart() : text.trim());

const scan = async () => {
  if (stopCamera !== null) return closeCamera();
  part("camera").hidden = false;
  part("scan").textContent = say("Stop the camera");
  try {
    stopCamera = await watch(part("video"), (code) => {
      closeCamera();
      judge(async () => code);
    });
  } catch {
    closeCamera();
    drawRefusal(part("verdict"), new Refusal("page.no_camera"));
  }
  return undefined;
};

const closeCamera = () => {
  stopCamera?.();
  stopCamera = null;
  part("camera").hidden = true;
  part("scan").textContent = say("Scan with the camera");
};

const drawLists = () => {
  const place = part("lists");
  if (lists.trust === null) {
    place.replaceChildren(element("p", { class: "lacking" }, reason(lists.problem)));
    return;
  }
  const { trust, statuses } = lists;
  place.replaceChildren(pairs([
    [say("List of issuers"), say("number {number} of {day}, good until {until}", { number: trust.number, day: day(trust.issued), until: day(trust.expires) })],
    [say("Issuers"), trust.issuers.map((issuer) => issuer.name).join(", ")],
    [say("Logs"), trust.logs.map((log) => log.origin).join(", ") || say("none: receipts cannot be verified")],
    [say("Lists of revoked and suspended"), statuses.length > 0
      ? say("{count}; the oldest of {day}", { count: statuses.length, day: day(Math.min(...statuses.map((each) => each.issued))) })
      : say("none: revocation cannot be checked")],
    [say("Days since the oldest"), String(Math.max(0, Math.floor((Date.now() - lists.asOf) / 86_400_000)))],
    [say("Taken to this device"), day(lists.fetched)],
  ]));
};

/* Replace the lists by what `get` gives; the last constancia is verified again, for it may have been revoked. */
const renew = async (get) => {
  const told = part("renewed");
  told.textContent = say("One moment…");
  try {
    lists = await get();
    told.textContent = say("The lists are renewed.");
    if (last !== null) await judge(async () => last);
  } catch (problem) {
    if (!(problem instanceof Refusal)) throw problem;
    told.textContent = reason(problem);
  }
  drawLists();
};

const chosen = (id, use) => part(id).addEventListener("change", ({ target }) => {
  const [file] = target.files;
  if (file !== undefined) use(file);
  target.value = ""; // the same file again is a choice, too
});

const start = async () => {
  if (!globalThis.isSecureContext) {
    part("lists").replaceChildren(element("p", { class: "lacking" }, say("Verifying needs an encrypted connection: open this page with https.")));
    return;
  }
  lists = await load(listsAddress, Date.now());
  drawLists();
  chosen("file", (file) => judge(() => readFile(file)));
  chosen("lists-file", (file) => renew(async () => take(new Uint8Array(await file.arrayBuffer()), Date.now())));
  part("paste").addEventListener("submit", (event) => {
    event.preventDefault();
    judge(async () => tidied(part("text").value));
  });
  part("scan").addEventListener("click", scan);
  part("scan").hidden = navigator.mediaDevices === undefined;
  challenge = new Challenge(part("asking"), part("ask"), () => lists.trust);
  part("refresh").addEventListener("click", () => renew(() => refresh(listsAddress, Date.now())));
  document.body.dataset.ready = "yes";
  await navigator.serviceWorker?.register(worker);
};

start();
