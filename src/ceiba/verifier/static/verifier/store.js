/* What this device keeps between visits: the lists, as they were signed. Nothing of any constancia is kept. */
import { openDB } from "../vendor/idb-8.0.4/index.js";

const [NAME, STORE, KEY] = ["ceiba-verify", "lists", "held"];

const opened = () => openDB(NAME, 1, { upgrade: (database) => database.createObjectStore(STORE) });

/* { trust, statuses, number, fetched } or undefined. */
export const kept = async () => (await opened()).get(STORE, KEY);

export const keep = async (lists) => (await opened()).put(STORE, lists, KEY);
