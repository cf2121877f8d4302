/* Checkpoints (https://c2sp.org/tlog-checkpoint): what a log says it is, signed by it and cosigned by witnesses; and
   whom to believe of a log. See ceiba/proofs/checkpoints.py. */
import { decoded64, sha256 } from "./bytes.js";
import { count, text } from "./claims.js";
import { same, SIZE_MAX } from "./merkle.js";
import { checkText, LOG, readNoteKey, verified, WITNESS } from "./notes.js";
import { refuse } from "./refusal.js";

const HASH = 32;

/* The checkpoint of a note's text: { origin, size, root }. */
export const readCheckpoint = async (words) => {
  checkText(words);
  const lines = words.replace(/\n$/, "").split("\n");
  if (lines.length < 3 || !/^(0|[1-9][0-9]{0,18})$/.test(lines[1])) refuse("checkpoint.form", { why: String(lines[1]) });
  let root;
  try {
    root = decoded64(lines[2]);
  } catch {
    refuse("checkpoint.form", { why: "base64" });
  }
  const [origin, size] = [lines[0], BigInt(lines[1])];
  if (origin === "" || lines.slice(3).includes("")) refuse("checkpoint.form", { why: "lines" });
  if (size > SIZE_MAX || root.length !== HASH) refuse("checkpoint.form", { why: `${size}, ${root.length} bytes` });
  if (size === 0n && !same(root, await sha256(new Uint8Array()))) refuse("checkpoint.empty");
  return { origin, size, root };
};

/* A log as the list of who is trusted names it; throws for what makes no sense. */
export const readLogTrust = async (raw) => {
  const read = (keys) => Promise.all(keys.map((key) => readNoteKey(text(key))));
  const [keys, witnesses] = await Promise.all([read(raw.keys), read(raw.witnesses)]);
  const all = [...keys, ...witnesses];
  const [origin, witnessesMin] = [text(raw.origin), count(raw.witnesses_min)];
  if (keys.length === 0 || keys.some((key) => key.kind !== LOG)) refuse("trust.log_keys", { origin });
  if (witnesses.some((key) => key.kind !== WITNESS)) refuse("trust.witness_keys", { origin });
  if (new Set(all.map((key) => key.point)).size !== all.length) refuse("trust.same_key", { names: all.map((key) => key.name).join(", ") });
  if (witnessesMin > witnesses.length) refuse("trust.witnesses_min", { least: witnessesMin, count: witnesses.length });
  return { origin, keys, witnesses, witnessesMin };
};

/* The checkpoint, if it may be believed, and the witnesses who stand for it; `latest` is as late as one may have
   signed, in seconds. */
export const verifyCheckpoint = async (note, trust, latest) => {
  const checkpoint = await readCheckpoint(note.text);
  if (checkpoint.origin !== trust.origin) refuse("checkpoint.origin", { origin: checkpoint.origin, expected: trust.origin });
  const all = await verified(note, [...trust.keys, ...trust.witnesses], latest);
  const witnesses = all.filter(({ key }) => key.kind === WITNESS);
  if (witnesses.length === all.length) refuse("checkpoint.unsigned", { origin: trust.origin });
  if (witnesses.length < trust.witnessesMin) refuse("checkpoint.witnesses", { count: witnesses.length, least: trust.witnessesMin });
  return { checkpoint, witnesses };
};
