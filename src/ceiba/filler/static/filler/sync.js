/* Asks the server who is signed in and what they may fill in, and fetches what is new of it. */
import { become, installation, isLeaving, leave, left, lists, renewInstallation } from "./store.js";

const { forms, signOut } = document.body.dataset;
const TIMEOUT_MS = 60_000;

export const csrf = () => /(?:^|; )csrftoken=([^;]+)/.exec(document.cookie)?.[1] ?? "";

export const ask = (address, options = {}) =>
  fetch(address, {
    // A redirect leads to the page for signing in: it is an answer, and no form.
    redirect: "manual",
    credentials: "same-origin",
    cache: "no-store",
    signal: AbortSignal.timeout(TIMEOUT_MS),
    ...options,
    headers: { "X-Ceiba-Browser": installation(), ...options.headers },
  });

/* What an answer says of whoever asked: "signed_out", "revoked", "no_role", or null when it is about the matter. */
export const standing = async (response) => {
  if (response.type === "opaqueredirect" || response.status === 401) return "signed_out";
  if (response.status !== 403) return null;
  const told = await response.clone().json().catch(() => ({}));
  return told.problem === "browser_revoked" ? "revoked" : "no_role";
};

/* The browser may hold no forms any more. Work stays; the user shows again who they are, and sends it. */
export const revoked = async () => {
  await leave(true);
  renewInstallation();
};

export const fetchFiles = async (database, wanted) => {
  const held = new Set(await database.getAllKeys("files"));
  for (const { hash, address } of wanted.filter((file) => !held.has(file.hash))) {
    const response = await ask(address);
    if (response.ok) await database.put("files", { hash, bytes: await response.arrayBuffer() });
    else throw new Error(`${address}: ${response.status}`);
  }
};

const fetchForms = async (database, offered) => {
  const held = new Map((await database.getAll("forms")).map((form) => [form.code, form]));
  for (const form of offered) {
    await fetchFiles(database, form.files);
    let xform = held.get(form.code)?.md5 === form.md5 ? held.get(form.code).xform : undefined;
    if (!xform) {
      const response = await ask(form.address);
      if (!response.ok) throw new Error(`${form.address}: ${response.status}`);
      xform = await response.text();
    }
    await database.put("forms", { ...form, xform });
  }
  const codes = new Set(offered.map((form) => form.code));
  const hashes = new Set(offered.flatMap((form) => form.files.map((file) => file.hash)));
  for (const code of await database.getAllKeys("forms")) if (!codes.has(code)) await database.delete("forms", code);
  for (const hash of await database.getAllKeys("files")) if (!hashes.has(hash)) await database.delete("files", hash);
};

/* Brings forms and lists up to date. Gives "fetched", "offline", "signed_out", "revoked" or "no_role". */
export const sync = async () => {
  try {
    if (isLeaving()) {
      await ask(signOut, { method: "POST", headers: { "X-CSRFToken": csrf() } });
      left();
      return "signed_out";
    }
    const response = await ask(forms);
    const state = await standing(response);
    if (state === "revoked") await revoked();
    // Somebody else signed in, or the user's role is another now: what is held here is not theirs to see.
    if (state === "no_role") await leave(true);
    if (state) return state;
    if (!response.ok) return "offline";
    const told = await response.json();
    await become(told.owner);
    const database = await lists(told.owner.id);
    await fetchForms(database, told.forms);
    await database.put("about", { name: "fetched", at: Date.now() });
    return "fetched";
  } catch (problem) {
    if (problem instanceof TypeError || problem.name === "TimeoutError") return "offline";
    console.warn("The forms could not be fetched:", problem.message);
    return "offline";
  }
};
