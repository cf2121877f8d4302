/* Receipts of the transparency log: a leaf, its path to a signed root, and what the leaf hides; see ceiba/proofs/receipt.py
   and core/log_entries.py. */
import { decoded64, hex, joined, sha256, utf8 } from "./bytes.js";
import { verifyCheckpoint } from "./checkpoints.js";
import { isObject, readJson } from "./json.js";
import { leafHash, verifyInclusion } from "./merkle.js";
import { readNote } from "./notes.js";
import { refuse } from "./refusal.js";

const VERSION = 1;
const BYTES_MAX = 1_000_000;
const SALT = 32;
const isWhole = (value) => typeof value === "number" || typeof value === "bigint";
const isText = (value) => typeof value === "string";
const MEMBERS = { checkpoint: isText, index: isWhole, leaf: isText, proof: Array.isArray, receipt: isWhole, size: isWhole };
const OPENING = { salt: isText, data: isText };
export const KINDS = ["evidence", "determination", "sealed_month", "payment_run", "credential", "role_change"];
const OF_NOBODY = ["sealed_month"];
const LEAF = /^\{"(commitment|digest)":"([0-9a-f]{64})","kind":"([a-z_]+)"\}$/; // canonical JSON, one spelling

/* The receipt in a file's bytes; nothing of it is verified yet. */
export const readReceipt = (bytes) => {
  if (bytes.length > BYTES_MAX) refuse("receipt.form", { why: `> ${BYTES_MAX} bytes` });
  let found;
  try {
    found = members(readJson(bytes));
  } catch (problem) {
    refuse("receipt.form", { why: problem.code ?? problem.message });
  }
  if (found.receipt !== VERSION) refuse("receipt.form", { why: `receipt ${found.receipt}` });
  const { leaf, index, size, proof, opening, checkpoint } = found;
  return { leaf, index: BigInt(index), size: BigInt(size), proof, opening, checkpoint: readNote(checkpoint) };
};

const members = (raw) => {
  const { opening: shown, ...rest } = checked(raw, "opening" in raw ? { ...MEMBERS, opening: isObject } : MEMBERS);
  const opening = shown === undefined ? null : checked(shown, OPENING);
  return {
    ...rest,
    opening: opening && { salt: decoded64(opening.salt), data: opening.data },
    proof: rest.proof.map((node) => (isText(node) ? decoded64(node) : undefined) ?? refuse("receipt.form", { why: "proof" })),
  };
};

/* The object, which has these members, each as it must be, and no others; throws otherwise. */
const checked = (raw, types) => {
  const names = Object.keys(types);
  if (!isObject(raw) || Object.keys(raw).length !== names.length) throw new TypeError(`members: ${names}`);
  const wrong = names.filter((name) => !(name in raw) || !types[name](raw[name]));
  if (wrong.length > 0) throw new TypeError(wrong.join(", "));
  return raw;
};

/* What the receipt proves to whoever trusts `trust`: { entry, data, checkpoint, witnesses }. In this order: whose log
   it is, that the entry is in that place of it, what it says. */
export const verifyReceipt = async (receipt, trust, latest = null) => {
  const { checkpoint, witnesses } = await verifyCheckpoint(receipt.checkpoint, trust, latest);
  if (receipt.size !== checkpoint.size) refuse("receipt.size", { size: receipt.size, signed: checkpoint.size });
  const leaf = await leafHash(utf8(receipt.leaf));
  await verifyInclusion(leaf, receipt.index, checkpoint.size, receipt.proof, checkpoint.root);
  const entry = readEntry(receipt.leaf);
  return { entry, data: await opened(entry, receipt.opening), checkpoint, witnesses };
};

const readEntry = (leaf) => {
  const [, member, value, kind] = LEAF.exec(leaf) ?? refuse("log.entry", { why: "JSON" });
  if (!KINDS.includes(kind)) refuse("log.entry", { why: kind });
  if (member === "digest" && !OF_NOBODY.includes(kind)) refuse("log.entry", { why: `${kind}: digest` });
  return { kind, value, salted: member === "commitment" };
};

const opened = async (entry, opening) => {
  if (opening === null) return null;
  if (!entry.salted) refuse("receipt.opens_nothing");
  const { salt, data } = opening;
  const isOf = salt.length === SALT && hex(await sha256(joined(salt, utf8(data)))) === entry.value;
  return isOf ? data : refuse("receipt.opening");
};
