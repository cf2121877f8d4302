/* One form: opened from what this browser holds, kept while it is filled in, put into the queue when it is finished. */
import { serve, showWho, signInLink } from "./account.js";
import { correction, opened } from "./corrections.js";
import { element, notice } from "./element.js";
import { heldFile } from "./files.js";
import { install } from "./locale.js";
import { heldPlaces } from "./places.js";
import { finish, installation, keep, lists, owner, work } from "./store.js";
import { send } from "./sending.js";
import { sync } from "./sync.js";
import { language, say, when } from "./words.js";

const { home } = document.body.dataset;
const KEEP_AFTER_MS = 400;
const KEEP_EVERY_MS = 3000;
const place = document.getElementById("form");
const code = decodeURIComponent(location.pathname.slice(home.length).replace(/\/$/, ""));

const heldForm = async () => (owner() ? (await lists(owner().id)).get("forms", code) : undefined);

const heldDraft = async () => {
  const id = new URLSearchParams(location.search).get("draft");
  return id && owner() ? (await work(owner().id)).get("drafts", id) : undefined;
};

/* The files beside the form, by the name in its address (jr://file/people.csv), out of what this browser holds.

   Lists may have been renewed since a draft was begun: it gets them as they are now. */
const fetcher = (form) => async (address) => {
  const name = decodeURIComponent(String(address).split("/").pop());
  const held = await heldFile(await lists(owner().id), [form, (await heldForm()) ?? form], name);
  const type = name.endsWith(".csv") ? "text/csv" : name.endsWith(".geojson") ? "application/geo+json" : "";
  return held ? new Response(held.bytes, { headers: type ? { "Content-Type": type } : {} }) : new Response(null, { status: 404 });
};

/* What the component says of the answers so far: the XML and the files, as bytes. */
const answers = async (payload) => {
  const [data] = payload.data;
  const files = [];
  let xml = "";
  for (const [name, file] of data.entries()) {
    if (name === "xml_submission_file") xml = await file.text();
    else files.push({ name: file.name, type: file.type, bytes: await file.arrayBuffer() });
  }
  return { xml, files };
};

const within = (xml, ...path) => {
  let at = new DOMParser().parseFromString(xml, "text/xml").documentElement;
  for (const name of path) at = at && [...at.children].find((child) => child.localName === name);
  return at?.textContent.trim() ?? "";
};

const draftData = (draft) => {
  const data = new FormData();
  data.set("xml_submission_file", new File([draft.xml], "xml_submission_file", { type: "text/xml" }));
  for (const { name, type, bytes } of draft.files) data.set(name, new File([bytes], name, { type }));
  return { draft: { data: [data] } };
};

const answersOf = (draft) => (draft?.corrects ? opened(draft, draft.corrects) : draft ? draftData(draft) : undefined);

const keeper = (form, root, draftId, corrects) => {
  let last = null;
  const keepOnce = async () => {
    const now = root();
    if (!now) return;
    const { xml, files } = await answers(await now.prepareInstancePayload({ payloadType: "monolithic" }));
    const bare = xml.replace(/<end>[^<]*<\/end>/, "");
    const before = last;
    last = bare;
    // The first look is at the form as it opened: nobody has answered yet.
    if (before === null || before === bare) return;
    const changedAt = Date.now();
    await keep(owner().id, "drafts", { id: draftId, corrects, form, xml, files, changedAt, label: within(xml, "meta", "instanceName") });
    const told = document.getElementById("kept");
    told.hidden = false;
    told.textContent = say("Answers so far are kept on this device: {when}", { when: when(changedAt) });
  };
  // One after the other: none may come after the form was finished, and bring its draft back.
  let line = Promise.resolve();
  return () => {
    line = line.catch(() => {}).then(keepOnce);
    return line;
  };
};

/* The component runs a hint and the guidance behind it together: a space stands between them. */
const readable = (xform) => xform.replaceAll(/<\/value>\s*<value form="guidance">/g, "$& ");

/* The form speaks the page's language where it knows it: "Español (es)". */
const speak = (root) => {
  const wanted = root.languages.find((each) => each.language?.includes(`(${language})`));
  if (wanted) root.setLanguage(wanted);
};

/* What is there once the form has been read, or null when that fails: the component then says why. */
const readOf = async (component) => {
  while (!component().root()) {
    if (document.querySelector("#form .form-initialization-status.error")) return null;
    await new Promise((go) => setTimeout(go, 50));
  }
  return component().root();
};

const noRoom = () =>
  notice("room", "error", say("The answers could not be kept: the device has no room left. Send what is waiting, or free some space."));

/* While the page lives, nobody else opens the same answers: finished twice, they would be two forms of one name. */
const alone = (draftId) =>
  new Promise((tell) => {
    void navigator.locks.request(`ceiba-fill-draft-${draftId}`, { ifAvailable: true }, (lock) => {
      tell(lock !== null);
      return lock ? new Promise(() => {}) : undefined;
    });
  });

const show = async (form, draft) => {
  install();
  globalThis.webFormsPlaces = await heldPlaces(owner().id);
  const { createApp, h, OdkWebForm, webFormsPlugin } = await import(place.dataset.webForms);
  const draftId = draft?.id ?? crypto.randomUUID();
  if (!(await alone(draftId))) {
    notice("open", "warning", say("These answers are open in another window already."));
    return;
  }
  let component = null;
  let finished = false;
  const keepNow = keeper(form, () => (finished ? null : component?.root?.()), draftId, draft?.corrects);
  const submit = async (payload) => {
    const { xml, files } = await answers(payload);
    const entry = {
      id: within(xml, "meta", "instanceID"),
      corrects: draft?.corrects,
      code: form.code,
      title: form.title,
      label: within(xml, "meta", "instanceName"),
      // Bytes, not text: what is sent is the same each time, to the last one.
      xml: new TextEncoder().encode(xml).buffer,
      files,
      finishedAt: Date.now(),
    };
    finished = true;
    try {
      await keepNow().catch(() => {});
      await finish(owner().id, entry, draftId);
      sessionStorage.setItem("ceiba.fill.kept", "yes");
      location.assign(home);
    } catch {
      finished = false;
      noRoom();
    }
  };
  const app = createApp({
    render: () =>
      h(OdkWebForm, {
        ref: (made) => (component = made),
        formXml: readable(form.xform),
        fetchFormAttachment: fetcher(form),
        missingResourceBehavior: "BLANK",
        editInstance: answersOf(draft),
        preloadProperties: { deviceID: `ceiba:${installation()}`, username: owner().name },
        onSubmit: submit,
      }),
  });
  app.use(webFormsPlugin);
  app.mount(place);
  const root = await readOf(() => component);
  if (!root) return;
  speak(root);
  const kept = () => keepNow().catch(noRoom);
  await kept();
  // Soon after an answer; and now and then, for what comes by itself, as a place does.
  let soon = null;
  const later = () => {
    clearTimeout(soon);
    soon = setTimeout(kept, KEEP_AFTER_MS);
  };
  ["input", "change", "click"].forEach((kind) => place.addEventListener(kind, later));
  setInterval(kept, KEEP_EVERY_MS);
  document.addEventListener("visibilitychange", () => document.hidden && kept());
};

/* What was returned, to be corrected; null after a word about why it cannot be. */
const returned = async (instance) => {
  if (!owner()) await sync();
  const { draft, state } = owner() ? await correction(owner().id, instance) : { state: "signed_out" };
  if (draft) return draft;
  const told = {
    waits: say("Its correction is finished here, and waits to be sent."),
    gone: say("This is not returned to you, or its correction has arrived already."),
    offline: say("What was returned opens only with a network: it is not on this device. Try again when there is one."),
    signed_out: say("Sign in to open what was returned to you."),
    revoked: say("This browser may no longer hold forms: they were removed from it. What was not sent is kept; sign in to send it."),
    no_role: say("Your role fills in no forms."),
  }[state];
  const leads = ["signed_out", "revoked"].includes(state) ? [signInLink(), say("Sign in")] : [home, say("Back to the forms")];
  notice("missing", "warning", told, " ", element("a", { href: leads[0] }, leads[1]));
  return null;
};

const start = async () => {
  showWho();
  const instance = new URLSearchParams(location.search).get("edit");
  const draft = instance ? await returned(instance) : await heldDraft();
  if (instance && !draft) return;
  let form = draft?.form ?? (await heldForm());
  if (!form) {
    await sync();
    form = await heldForm();
  }
  if (!form) {
    notice("missing", "warning", say("This form is not on this device. Open the list of forms once with a network."), " ",
      element("a", { href: home }, say("Back to the forms")));
    return;
  }
  document.getElementById("title").textContent = form.title;
  document.title = `${form.title} · Ceiba`;
  await show(form, draft);
};

window.addEventListener("online", () => owner() && send(owner().id));
try {
  await start();
} catch (problem) {
  notice("broken", "error", say("This form could not be opened: {why}", { why: problem.message }));
}
await serve();
document.body.dataset.ready = "yes";
