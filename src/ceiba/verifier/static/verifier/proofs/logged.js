/* What a receipt proves, and what was not checked; the same as ceiba/proofs/logged.py, held to it by the vectors. */
import { utf8 } from "./bytes.js";
import { readCheckpoint } from "./checkpoints.js";
import { readReceipt, verifyReceipt } from "./receipt.js";
import { refuse } from "./refusal.js";
import { trustOld } from "./verifying.js";

const SKEW = 300n; // seconds by which clocks may differ
const SHORT = "data,index,log,salt"; // members of what the QR of older papers says

/* Whether it is to be read as a receipt: JSON, which no constancia is. */
export const isReceipt = (proof) => /^[ \t\r\n]*\{/.test(typeof proof === "string" ? proof : String.fromCharCode(...proof.subarray(0, 256)));

/* `proof` is text or bytes; `trust` names the logs that are believed. Throws the Refusal of the one reason for which it
   does not hold at `now`. */
export const verifyLogged = async (proof, trust, now) => {
  if (trust.expires <= now) refuse("trust.expired", { expires: trust.expires });
  const bytes = typeof proof === "string" ? utf8(proof) : proof;
  refuseShort(bytes);
  const receipt = readReceipt(bytes);
  const { origin } = await readCheckpoint(receipt.checkpoint.text);
  const believed = trust.logs.find((log) => log.origin === origin) ?? refuse("receipt.log_unknown", { origin: origin.slice(0, 80) });
  const { entry, data, checkpoint, witnesses } = await verifyReceipt(receipt, believed, BigInt(Math.floor(now / 1000)) + SKEW);
  const seen = witnesses.map(({ time }) => Number(time) * 1000);
  return {
    form: "receipt",
    kind: entry.kind,
    data,
    said: membersOf(data),
    origin,
    index: Number(receipt.index),
    size: Number(checkpoint.size),
    witnesses: witnesses.map(({ key, time }) => ({ name: key.name, time: Number(time) })),
    asOf: seen.length > 0 ? Math.max(...seen) : null,
    notChecked: [...unchecked(entry.kind, data, witnesses).map((code) => ({ code, values: {} })), ...trustOld(trust, now)],
  };
};

const refuseShort = (bytes) => {
  const { index, log, ...rest } = membersOf(new TextDecoder().decode(bytes));
  if (Object.keys({ index, log, ...rest }).sort().join() !== SHORT || index === undefined || log === undefined) return;
  refuse("receipt.short", { index: String(index).slice(0, 20), log: String(log).slice(0, 80) });
};

const unchecked = (kind, data, witnesses) => {
  const found = witnesses.length > 0 ? [] : ["unchecked.witnesses"];
  if (data === null) return [...found, "unchecked.opening"];
  return kind === "determination" ? [...found, "unchecked.later", "unchecked.code"] : found;
};

/* Of an opening that is no object nothing is told apart. */
const membersOf = (data) => {
  try {
    const found = JSON.parse(data ?? "{}");
    return typeof found === "object" && found !== null && !Array.isArray(found) ? found : {};
  } catch {
    return {};
  }
};
