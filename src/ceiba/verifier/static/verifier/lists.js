/* The lists that a verdict rests on: who issues, and what was revoked or suspended. They come with the page, are kept
   on the device, and are fetched anew only when asked for; all of them from where the page came from, so that no
   issuer learns who verifies. Each is signed: it does not matter who hands it over. */
import { readKey } from "./proofs/keys.js";
import { readObject } from "./proofs/json.js";
import { Refusal, refuse } from "./proofs/refusal.js";
import { opened as openedStatus } from "./proofs/status_list.js";
import { opened as openedTrust } from "./proofs/trust.js";
import { keep, kept } from "./store.js";
import { roots as published } from "./words.js";

const MOST_BYTES = 40_000_000;

/* Lists opened, or the refusal of the trust list in `problem`, and then nothing can be verified. */
class Lists {
  constructor(tokens, trust, statuses, fetched, problem = null) {
    Object.assign(this, { tokens, trust, statuses, fetched, problem });
  }

  /* When the oldest list that verdicts rest on was issued. */
  get asOf() {
    return Math.min(this.trust.issued, ...this.statuses.map((status) => status.issued));
  }
}

/* The lists kept on this device, else those that came with the page. */
export const load = async (address, now) => {
  const held = await kept();
  try {
    return held === undefined ? await take(await fetched(address), now) : await open(held, now);
  } catch (problem) {
    if (!(problem instanceof Refusal)) throw problem;
    return new Lists(held ?? null, null, [], held?.fetched ?? null, problem);
  }
};

/* Fetch them anew from where the page came from, past every cache. */
export const refresh = async (address, now) => take(await fetched(address, { cache: "reload" }), now);

/* Take lists as they are handed over, by the network or in a file, unless they are older than what is held. */
export const take = async (bytes, now) => {
  if (bytes.length > MOST_BYTES) refuse("page.lists");
  const raw = readObject(bytes);
  if (typeof raw.trust !== "string" || !Array.isArray(raw.statuses)) refuse("page.lists");
  const held = await kept();
  const lists = await open({ trust: raw.trust, statuses: [...raw.statuses, ...(held?.statuses ?? [])], number: held?.number ?? 0, fetched: now }, now);
  await keep({ ...lists.tokens, number: lists.trust.number, fetched: now });
  return lists;
};

const fetched = async (address, how = {}) => {
  const response = await fetch(address, how).catch(() => refuse("page.no_network"));
  if (!response.ok) refuse("page.no_network");
  return new Uint8Array(await response.arrayBuffer());
};

const open = async ({ trust: token, statuses: tokens, number, fetched: at }, now) => {
  if (published.keys.length === 0) refuse("page.no_roots");
  const roots = await Promise.all(readObject(new TextEncoder().encode(JSON.stringify(published))).keys.map(readKey));
  const trust = await openedTrust(token, roots, now, { number });
  const statuses = await newest([...new Set(tokens)], trust);
  return new Lists({ trust: token, statuses: statuses.map((each) => each.token) }, trust, statuses.map((each) => each.status), at);
};

/* Of each issuer and address the newest list; what is no list of a trusted issuer is left out. */
const newest = async (tokens, trust) => {
  const found = new Map();
  const opened = await Promise.allSettled(tokens.map(async (token) => ({ token, status: await openedStatus(token, trust) })));
  for (const { value } of opened.filter((each) => each.status === "fulfilled")) {
    const place = `${value.status.issuer} ${value.status.address}`;
    const before = found.get(place);
    if (before === undefined || value.status.issued > before.status.issued) found.set(place, value);
  }
  return [...found.values()];
};
