/* The files beside forms. Of the lists of people, plots and groups only what changed is fetched, while the rest is held.

   A list's rows are lines of its CSV as the server writes them, each beginning with the entity's uuid. The SHA-256 of
   the whole says whether what came of it is the list; where it is not, all of it is fetched. */
import { wholeOf } from "./server.js";

const UUID_LENGTH = 36;

const uuidOf = (line) => line.slice(0, UUID_LENGTH);

/* The rows held, with `told` ([place, line], by place) instead of what they were. */
const merged = (held, told) => {
  const changed = new Set(told.map(([, line]) => uuidOf(line)));
  const rows = held.filter((line) => !changed.has(uuidOf(line)));
  for (const [place, line] of told) rows.splice(place, 0, line);
  return rows;
};

const sha256 = async (bytes) =>
  [...new Uint8Array(await crypto.subtle.digest("SHA-256", bytes))].map((byte) => byte.toString(16).padStart(2, "0")).join("");

/* The list as it is now, from `held`, what this browser has of it: {bytes, cursor, rows}. */
const listNow = async (address, held) => {
  const since = held?.cursor ?? "";
  const told = await (await wholeOf(`${address}?${new URLSearchParams({ since })}`)).json();
  const rows = merged(told.complete ? [] : held.rows, told.rows);
  const { buffer: bytes } = new TextEncoder().encode(told.header + rows.join(""));
  if ((await sha256(bytes)) === told.sha256) return { bytes, cursor: told.cursor, rows };
  if (!since) throw new Error(`${address}: not what it says it is`);
  return listNow(address);
};

/* Fetches what is not held of the files `wanted`; `before` are those that the form had until now. */
export const fetchFiles = async (database, wanted, before = []) => {
  const held = new Set(await database.getAllKeys("files"));
  for (const { name, hash, address, changes } of wanted.filter((file) => !held.has(file.hash))) {
    const last = before.find((file) => file.name === name);
    const fetched = changes
      ? await listNow(changes, last && (await database.get("files", last.hash)))
      : { bytes: await (await wholeOf(address)).arrayBuffer() };
    await database.put("files", { hash, ...fetched });
  }
};

/* What is held of the file of that name, beside the first of `forms` that has it; undefined where none has. */
export const heldFile = async (database, forms, name) => {
  for (const { hash } of forms.flatMap((form) => form.files).filter((file) => file.name === name)) {
    const held = await database.get("files", hash);
    if (held) return held;
  }
  return undefined;
};
