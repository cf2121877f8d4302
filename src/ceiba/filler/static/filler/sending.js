/* Sends what waits: each form by itself, a photograph a post, and every one until the server says that it has it.

   Only 201 and 202 say so. A form that the server does not take stays, with the server's words, until a person
   decides; where there was no answer, or none that decides, it is tried again, each time later. */
import { notice } from "./element.js";
import { acknowledged, everything, keep } from "./store.js";
import { ask, csrf, revoked, standing } from "./server.js";
import { say } from "./words.js";

const { submission } = document.body.dataset;
const TIMEOUT_MS = 300_000; // a photograph over a slow network takes minutes
const FIRST_WAIT_MS = 15_000;
const LONGEST_WAIT_MS = 30 * 60_000;
const PASSING = new Set([408, 425, 429]); // and 500 and above

/* When it is tried again after `tries` attempts; not all browsers of an office at the same second. */
export const nextTry = (tries, now, random = Math.random()) =>
  now + Math.min(FIRST_WAIT_MS * 2 ** (tries - 1), LONGEST_WAIT_MS) * (0.75 + random / 2);

export const isDue = (entry, now) => entry.state !== "refused" && (entry.nextAt ?? 0) <= now;

const wordsOf = async (response) => {
  const text = await response.text().catch(() => "");
  // A proxy's page is no XML; what the parser says of that would have styles in it, which the policy refuses.
  if (!/^\s*(<\?xml[^>]*>\s*)?<OpenRosaResponse[^]*<\/OpenRosaResponse>\s*$/.test(text)) return "";
  const read = new DOMParser().parseFromString(text, "text/xml");
  return read.querySelector("OpenRosaResponse > message")?.textContent.trim() ?? "";
};

const body = (entry, file, more) => {
  const data = new FormData();
  data.append("xml_submission_file", new Blob([entry.xml], { type: "text/xml" }), "submission.xml");
  if (file) data.append(file.name, new Blob([file.bytes], { type: file.type }), file.name);
  if (more) data.append("*isIncomplete*", "yes");
  return data;
};

const post = (id, entry, file, more) =>
  ask(submission, {
    method: "POST",
    body: body(entry, file, more),
    signal: AbortSignal.timeout(TIMEOUT_MS),
    headers: { "X-CSRFToken": csrf(), "X-Ceiba-Owner": id },
  });

const putOff = async (id, entry, problem) => {
  const tries = (entry.tries ?? 0) + 1;
  await keep(id, "queue", { ...entry, tries, problem, nextAt: nextTry(tries, Date.now()) });
};

/* Sends one form to the end, and shows what the server says of it. Gives "sent", "later", "refused", "offline", "signed_out" or "revoked". */
const sendOne = async (id, entry) => {
  let current = entry;
  for (;;) {
    const unsent = current.files.filter((file) => !file.sent);
    const [file] = unsent;
    let response;
    try {
      response = await post(id, current, file, unsent.length > 1);
    } catch {
      await putOff(id, current, { status: 0, words: "" });
      return "offline";
    }
    if (response.status === 201 || response.status === 202) {
      if (unsent.length <= 1) {
        await acknowledged(id, current);
        const words = await wordsOf(response);
        notice("kept"); // it waits no more
        if (words) notice("told", "success", say("The server says: {words}", { words }));
        return "sent";
      }
      current = { ...current, files: current.files.map((each) => (each === file ? { ...each, sent: true } : each)) };
      await keep(id, "queue", current);
      continue;
    }
    const state = await standing(response);
    if (state === "signed_out") return state;
    if (state === "revoked") {
      await revoked();
      return state;
    }
    const problem = { status: response.status, words: await wordsOf(response) };
    if (response.status === 403 || response.status >= 500 || PASSING.has(response.status)) {
      await putOff(id, current, problem);
      return "later";
    }
    await keep(id, "queue", { ...current, state: "refused", problem });
    return "refused";
  }
};

/* Sends what is due, or with `force` everything that waits; `only` is the id of one form, tried whatever became of it.
   One page at a time does it. Gives what stopped it: "signed_out", "revoked", "offline", "elsewhere" or "done". */
export const send = async (id, { force = false, only = null, changed = () => {} } = {}) =>
  navigator.locks.request("ceiba-fill-send", { ifAvailable: true }, async (lock) => {
    if (!lock) return "elsewhere";
    const queue = (await everything(id, "queue")).sort((a, b) => a.finishedAt - b.finishedAt);
    const wanted = (entry) =>
      only ? entry.id === only : force ? entry.state !== "refused" : isDue(entry, Date.now());
    for (const entry of queue.filter(wanted)) {
      changed(entry.id);
      const outcome = await sendOne(id, entry);
      changed(null);
      if (["signed_out", "revoked", "offline"].includes(outcome)) return outcome;
    }
    return "done";
  });
