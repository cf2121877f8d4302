/* The list: what waits and how it stands, what was begun, and the forms to fill in. */
import { serve, showWho, signInLink } from "./account.js";
import { element, notice } from "./element.js";
import { drop, everything, lists, owner } from "./store.js";
import { send } from "./sending.js";
import { sync } from "./sync.js";
import { atHour, say, size, when } from "./words.js";

const { home } = document.body.dataset;
const find = (id) => document.getElementById(id);
let sendingNow = null;
let timer = null;
let asked = false; // whether the server has been asked for the forms; until then, who has none waits for them

const fill = (id, rows) => find(id).replaceChildren(...rows);

const stands = (entry) => {
  if (sendingNow === entry.id) return say("Sending…");
  if (!entry.problem) return say("Waits for the network.");
  const { status } = entry.problem;
  if (entry.state === "refused") return say("The server did not take it ({status}). It stays here.", { status });
  const moment = atHour(entry.nextAt);
  return status
    ? say("The server could not take it now ({status}). It is tried again {when}.", { status, when: moment })
    : say("No answer from the server. It is tried again {when}.", { when: moment });
};

const saveCopy = (entry) => {
  const parts = [[entry.xml, "text/xml", `${entry.id.replace(/\W+/g, "-")}.xml`]];
  entry.files.forEach((file) => parts.push([file.bytes, file.type, file.name]));
  for (const [bytes, type, name] of parts) {
    const reader = new FileReader();
    reader.onload = () => element("a", { href: reader.result, download: name }).click();
    reader.readAsDataURL(new Blob([bytes], { type }));
  }
};

const waitingRow = (entry) => {
  const all = entry.files.length;
  const sent = entry.files.filter((file) => file.sent).length;
  const refused = entry.state === "refused";
  return element(
    "li",
    { class: `entry ${refused ? "refused" : ""}`, "data-id": entry.id },
    element("p", { class: "entry-name" }, element("strong", {}, entry.title), entry.label ? ` · ${entry.label}` : ""),
    element("p", { class: "entry-state" }, stands(entry)),
    entry.problem?.words ? element("p", { class: "entry-words" }, say("The server says: {words}", entry.problem)) : "",
    all > 0 ? element("p", { class: "note" }, say("Photos sent: {sent} of {all}.", { sent, all })) : "",
    element("p", { class: "note" }, say("Finished {when}", { when: when(entry.finishedAt) })),
    refused
      ? element(
          "p",
          { class: "actions" },
          element("button", { type: "button", class: "button quiet", onclick: () => sendNow({ only: entry.id }) }, say("Try again")),
          element("button", { type: "button", class: "button quiet", onclick: () => saveCopy(entry) }, say("Save a copy")),
        )
      : "",
  );
};

const draftRow = (draft) =>
  element(
    "li",
    { class: "entry", "data-id": draft.id },
    element("p", { class: "entry-name" }, element("strong", {}, draft.form.title), draft.label ? ` · ${draft.label}` : ""),
    element("p", { class: "note" }, say("Last change {when}", { when: when(draft.changedAt) })),
    element(
      "p",
      { class: "actions" },
      element("a", { class: "button", href: `${home}${draft.form.code}/?draft=${draft.id}` }, say("Go on")),
      element(
        "button",
        {
          type: "button",
          class: "button quiet",
          onclick: async () => {
            if (!confirm(say("Delete these answers for ever?"))) return;
            await drop(owner().id, draft.id);
            await draw();
          },
        },
        say("Delete"),
      ),
    ),
  );

const formRow = (form) =>
  element(
    "li",
    { class: "entry" },
    element("a", { class: "entry-link", href: `${home}${form.code}/` }, form.title),
    element("p", { class: "note" }, say("Version {version}", form)),
  );

const sentRow = (entry) =>
  element("li", { class: "entry" }, `${entry.title}${entry.label ? ` · ${entry.label}` : ""} · ${when(entry.at)}`);

const drawState = async () => {
  find("state").textContent = navigator.onLine ? say("Connected") : say("No network");
  const { usage, quota } = (await navigator.storage?.estimate?.()) ?? {};
  if (quota) find("storage").textContent = say("Storage used: {used} of {all}", { used: size(usage), all: size(quota) });
};

/* All that the page shows, in order. */
const held = async (id) => {
  const database = await lists(id);
  const [queue, drafts, sent, forms, fetched] = await Promise.all([
    everything(id, "queue"),
    everything(id, "drafts"),
    everything(id, "sent"),
    database.getAll("forms"),
    database.get("about", "fetched"),
  ]);
  queue.sort((a, b) => a.finishedAt - b.finishedAt);
  drafts.sort((a, b) => b.changedAt - a.changedAt);
  sent.sort((a, b) => b.at - a.at);
  forms.sort((a, b) => a.title.localeCompare(b.title));
  return { queue, drafts, sent, forms, fetched };
};

const freshness = (fetched) => {
  if (fetched) return say("Forms and lists as of {when}", { when: when(fetched.at) });
  return asked ? say("Forms and lists have not been fetched yet.") : say("One moment…");
};

/* Whoever signs out while it is drawn takes the lists along: then there is nothing to draw. */
const draw = () =>
  drawAll().catch((problem) => {
    if (owner()) throw problem;
    find("sheets").hidden = true;
  });

const drawAll = async () => {
  showWho();
  void drawState();
  const id = owner()?.id;
  find("sheets").hidden = asked && !id;
  if (!id) return;
  const { queue, drafts, sent, forms, fetched } = await held(id);
  find("looking").hidden = true;
  find("waiting-count").textContent = queue.length > 0 ? `(${queue.length})` : "";
  find("send").hidden = queue.length === 0;
  find("send").disabled = sendingNow !== null;
  find("nothing-waits").hidden = queue.length > 0;
  find("begun-sheet").hidden = drafts.length === 0;
  find("sent-sheet").hidden = sent.length === 0;
  find("no-forms").hidden = forms.length > 0 || !fetched;
  find("fetched").textContent = freshness(fetched);
  fill("waiting", queue.map(waitingRow));
  fill("begun", drafts.map(draftRow));
  fill("sent", sent.map(sentRow));
  fill("forms", forms.map(formRow));
  clearTimeout(timer);
  const due = queue.filter((entry) => entry.state !== "refused" && entry.nextAt).map((entry) => entry.nextAt);
  if (due.length > 0) timer = setTimeout(() => sendNow(), Math.max(1000, Math.min(...due) - Date.now()));
};

/* Says what keeps the browser from the server; nothing when nothing does. */
const tell = (state) => {
  const link = element("a", { href: signInLink() }, say("Sign in"));
  const told = {
    signed_out: owner()
      ? ["warning", say("Sign in again to send. What you fill in meanwhile is kept here."), " ", link]
      : ["warning", say("Sign in once with a network; afterwards the forms open without one."), " ", link],
    revoked: ["error", say("This browser may no longer hold forms: they were removed from it. What was not sent is kept; sign in to send it."), " ", link],
    no_role: ["warning", say("Your role fills in no forms.")],
  }[state];
  if (told) notice("standing", ...told);
  else if (state !== "offline" && state !== "elsewhere") notice("standing");
  if (state === "offline" && !owner()) notice("standing", "warning", say("Sign in once with a network; afterwards the forms open without one."));
};

const sendNow = async (options = {}) => {
  const id = owner()?.id;
  if (!id) return;
  const outcome = await send(id, {
    ...options,
    changed: (entry) => {
      sendingNow = entry;
      void draw();
    },
  });
  if (outcome !== "done") tell(outcome);
  await draw();
};

const refresh = async (force) => {
  const state = await sync();
  asked = true;
  tell(state);
  await draw();
  if (state === "fetched") await sendNow({ force });
};

if (sessionStorage.getItem("ceiba.fill.kept")) {
  sessionStorage.removeItem("ceiba.fill.kept");
  notice("kept", "success", say("Kept on this device. It is sent as soon as there is a network."));
}
find("send").addEventListener("click", () => refresh(true));
window.addEventListener("online", () => refresh(true));
window.addEventListener("offline", drawState);
await draw();
await Promise.all([refresh(false), serve()]);
document.body.dataset.ready = "yes";
