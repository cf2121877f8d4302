/* Signed notes (https://c2sp.org/signed-note), the keys that sign them and who signed one; see ceiba/proofs/notes.py,
   note_keys.py and note_signing.py. */
import { decoded64, encoded64, hex, joined, sha256, utf8 } from "./bytes.js";
import { ed25519Holder } from "./keys.js";
import { refuse } from "./refusal.js";

export const [LOG, WITNESS] = [1, 4]; // what a key signs: the note's text; the time and the text (cosignature/v1)
const SIGNATURES_MAX = 100;
const TIME_MAX = 2n ** 63n - 1n;
const [ID, KEY, TIME] = [4, 32, 8]; // bytes
const DASH = "— ";
const NO_NAME = /[\u0000-\u0020\u0085\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000+]/;

const isName = (name) => name !== "" && !NO_NAME.test(name);

/* The note that was published as this text: what is signed, and the lines under it. */
export const readNote = (whole) => {
  checkText(whole);
  const at = whole.lastIndexOf("\n\n");
  const lines = at < 0 ? "" : whole.slice(at + 2);
  if (lines === "") refuse("note.form", { why: "text, blank line, signatures" });
  const signatures = lines.replace(/\n$/, "").split("\n");
  if (signatures.length > SIGNATURES_MAX) refuse("note.form", { why: `> ${SIGNATURES_MAX} signatures` });
  return { text: whole.slice(0, at + 1), signatures: signatures.map(readSignature) };
};

export const checkText = (text) => {
  if (/[\u0000-\u0009\u000b-\u001f]/.test(text)) refuse("note.form", { why: "control characters" });
  if (!text.endsWith("\n")) refuse("note.form", { why: "newline" });
};

const readSignature = (line) => {
  const why = line.slice(0, 80);
  const [, name, value] = /^([^ ]*) ?(.*)$/s.exec(line.startsWith(DASH) ? line.slice(DASH.length) : " ");
  if (!isName(name)) refuse("note.form", { why });
  let data;
  try {
    data = decoded64(value);
  } catch {
    refuse("note.form", { why });
  }
  if (data.length <= ID) refuse("note.form", { why });
  return { name, id: hex(data.subarray(0, ID)), value: data.subarray(ID) };
};

/* The key that people pass on as this text (vkey): name, id, kind and key. */
export const readNoteKey = async (text) => {
  const [name, shown, ...rest] = text.split("+");
  let data;
  try {
    data = decoded64(rest.join("+"));
  } catch {
    refuse("note.key", { why: "base64" });
  }
  const [kind, point] = [data[0], data.subarray(1)];
  if (![LOG, WITNESS].includes(kind) || !isName(name) || point.length !== KEY) refuse("note.key", { why: shown });
  const id = hex((await sha256(joined(utf8(`${name}\n`), data))).subarray(0, ID));
  if (`${name}+${id}+${encoded64(data)}` !== text) refuse("note.key", { why: `${shown} != ${id}` });
  return { name, kind, id, point: hex(point), holds: await ed25519Holder(point) };
};

/* Which of `keys` signed the note: { key, time }, one a key; of several of one witness, the latest. Times are seconds,
   as BigInt. A signature of a known key that is not valid spoils the note; those of unknown keys are passed over. */
export const verified = async (note, keys, latest) => {
  const known = new Map();
  for (const key of keys) {
    const held = `${key.name} ${key.id}`;
    if (known.has(held)) refuse("note.ambiguous", { name: key.name });
    known.set(held, key);
  }
  const found = new Map();
  for (const signature of note.signatures) {
    const key = known.get(`${signature.name} ${signature.id}`);
    if (key === undefined) continue;
    const time = await timeOf(note.text, signature, key);
    if (latest !== null && time > latest) refuse("note.future", { name: key.name });
    if (!found.has(key) || time > found.get(key)) found.set(key, time);
  }
  if (found.size === 0) refuse("note.unknown_keys");
  return Array.from(found, ([key, time]) => ({ key, time }));
};

/* When a signature that is valid was given; 0 of a log, which says no time. */
const timeOf = async (text, { value }, key) => {
  let [signature, message, time] = [value, text, 0n];
  if (key.kind === WITNESS) {
    time = BigInt(`0x${hex(value.subarray(0, TIME)) || "0"}`);
    signature = value.subarray(TIME);
    message = `cosignature/v1\ntime ${time}\n${text}`;
  }
  if (time > TIME_MAX || !(await key.holds(signature, utf8(message)))) refuse("note.signature", { name: key.name });
  return time;
};
