/* What a browser holds, for each of its users apart.

   Two databases a user: *lists* are what the server can give again (forms, people, plots) and go when the user
   signs out; *work* is what exists nowhere else (answers begun, forms not sent yet) and is only ever taken out of
   it by an answer of the server, or by its own user. */
import { deleteDB, openDB } from "../vendor/idb-8.0.4/index.js";

const OWNER = "ceiba.fill.owner";
const INSTALLATION = "ceiba.fill.installation";
const LEAVING = "ceiba.fill.leaving";
const SENT_SHOWN = 50;
const DURABLE = { durability: "strict" };

const listsName = (id) => `ceiba-fill-lists-${id}`;
const opened = new Map();

const open = (name, stores) => {
  if (!opened.has(name)) {
    const forget = () => opened.delete(name);
    opened.set(
      name,
      openDB(name, 1, {
        upgrade: (database) => stores.forEach(([store, keyPath]) => database.createObjectStore(store, { keyPath })),
        // Another page deletes it (somebody signed out there) or brings a newer one: let go.
        blocking: (_old, _new, event) => {
          forget();
          event.target.close();
        },
        terminated: forget,
      }),
    );
  }
  return opened.get(name);
};

/* Of whoever this browser shows and nobody else: after signing out, what is still under way makes no list again. */
export const lists = async (id) => {
  if (owner()?.id !== id) throw new Error("signed out");
  return open(listsName(id), [["forms", "code"], ["files", "hash"], ["about", "name"]]);
};
export const work = (id) => open(`ceiba-fill-work-${id}`, [["queue", "id"], ["drafts", "id"], ["sent", "id"]]);

/* Who signed in last in this browser, by the cookie that the server sets for this: "0" after signing out. */
const signedIn = () => /(?:^|; )ceiba_who=(\d+)/.exec(document.cookie)?.[1];

/* {id, name} of the user whose forms this browser shows, or null: never those of another than who signed in last. */
export const owner = () => {
  const held = JSON.parse(localStorage.getItem(OWNER));
  return held && [undefined, held.id].includes(signedIn()) ? held : null;
};

/* From now on this browser shows the forms of `user`; what the server can give again of others goes. */
export const become = async (user) => {
  const all = (await indexedDB.databases?.()) ?? [];
  const others = all.map(({ name }) => name).filter((name) => name.startsWith(listsName("")) && name !== listsName(user.id));
  await Promise.all(others.map((name) => deleteDB(name)));
  localStorage.setItem(OWNER, JSON.stringify(user));
  localStorage.removeItem(LEAVING);
  await navigator.storage?.persist?.();
};

/* The user signed out, here: nobody's forms are shown. `told` is whether the server knows. */
export const leave = async (told) => {
  const before = JSON.parse(localStorage.getItem(OWNER));
  localStorage.removeItem(OWNER);
  if (!told) localStorage.setItem(LEAVING, "yes");
  if (before) await deleteDB(listsName(before.id));
};

/* Whether somebody signed out without a network, so that the server is to be told first of all. */
export const isLeaving = () => localStorage.getItem(LEAVING) !== null;
export const left = () => localStorage.removeItem(LEAVING);

/* What this browser calls itself to the server, made once; another one after it was revoked. */
export const installation = () => {
  if (!localStorage.getItem(INSTALLATION)) localStorage.setItem(INSTALLATION, crypto.randomUUID());
  return localStorage.getItem(INSTALLATION);
};
export const renewInstallation = () => localStorage.removeItem(INSTALLATION);

/* A finished form takes its place in the queue, and its draft goes, in one transaction on the disk. */
export const finish = async (id, entry, draft) => {
  const transaction = (await work(id)).transaction(["queue", "drafts"], "readwrite", DURABLE);
  transaction.objectStore("queue").put(entry);
  transaction.objectStore("drafts").delete(draft);
  await transaction.done;
};

export const keep = async (id, store, value) => {
  const transaction = (await work(id)).transaction(store, "readwrite", DURABLE);
  transaction.objectStore(store).put(value);
  await transaction.done;
};

/* The server holds every part of it: it leaves the queue, and the last ones are remembered by name. */
export const acknowledged = async (id, entry) => {
  const transaction = (await work(id)).transaction(["queue", "sent"], "readwrite", DURABLE);
  const sent = transaction.objectStore("sent");
  transaction.objectStore("queue").delete(entry.id);
  sent.put({ id: entry.id, title: entry.title, label: entry.label, at: Date.now() });
  const all = (await sent.getAll()).sort((a, b) => b.at - a.at);
  all.slice(SENT_SHOWN).forEach((old) => sent.delete(old.id));
  await transaction.done;
};

export const everything = async (id, store) => (await work(id)).getAll(store);

export const drop = async (id, draft) => (await work(id)).delete("drafts", draft);
