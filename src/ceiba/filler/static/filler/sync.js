/* Asks the server who is signed in and what they may fill in, and fetches what is new of it. */
import { fetchFiles } from "./files.js";
import { ask, csrf, revoked, standing, wholeOf } from "./server.js";
import { become, isLeaving, leave, left, lists } from "./store.js";

const { forms, signOut } = document.body.dataset;

const fetchForms = async (database, offered) => {
  const held = new Map((await database.getAll("forms")).map((form) => [form.code, form]));
  for (const form of offered) {
    const before = held.get(form.code);
    await fetchFiles(database, form.files, before?.files);
    const xform = before?.md5 === form.md5 ? before.xform : await (await wholeOf(form.address)).text();
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
