/* A leaf's place in a tree that only grows (RFC 9162, 2.1.3.2), step by step in the names used there; see
   ceiba/core/merkle/verifying.py. Sizes are BigInt: a log may have more leaves than a double counts. */
import { joined, sha256 } from "./bytes.js";
import { refuse } from "./refusal.js";

export const SIZE_MAX = 2n ** 63n - 1n;
const HASH = 32;

export const leafHash = (data) => sha256(joined(Uint8Array.of(0), data));

const nodeHash = (left, right) => sha256(joined(Uint8Array.of(1), left, right));

export const same = (one, other) => one.length === other.length && one.every((byte, at) => byte === other[at]);

/* That `leaf` (a leaf's hash) is number `index` of the tree of `size` leaves with this `root`. */
export const verifyInclusion = async (leaf, index, size, proof, root) => {
  if (index < 0n || index >= size || size > SIZE_MAX) refuse("merkle.index", { index, size });
  for (const { length } of [leaf, root, ...proof]) if (length !== HASH) refuse("merkle.hash", { length });
  let [fn, sn, r] = [index, size - 1n, leaf];
  for (const p of proof) {
    if (sn === 0n) refuse("merkle.long", { size });
    if (fn & 1n || fn === sn) {
      r = await nodeHash(p, r);
      while (!(fn & 1n) && fn) [fn, sn] = [fn >> 1n, sn >> 1n];
    } else r = await nodeHash(r, p);
    [fn, sn] = [fn >> 1n, sn >> 1n];
  }
  if (sn) refuse("merkle.short", { size });
  if (!same(r, root)) refuse("merkle.not_included");
};
