/* CBOR (RFC 8949), of which one spelling is read: the deterministic one. Any well-formed CBOR is understood, so that
   what is written otherwise (proof.not_canonical) is told from what is broken (proof.damaged). */
import { hex, textOf } from "./bytes.js";
import { Fraction, whole } from "./numbers.js";
import { orRefuse, refuse } from "./refusal.js";

const DEEPEST = 200;
const BREAK = Symbol("break");
const SIMPLE = new Map([[20, false], [21, true], [22, null], [23, undefined]]);

export class Tag {
  constructor(number, value) {
    this.number = number;
    this.value = value;
  }
}

class Reader {
  constructor(bytes) {
    this.bytes = bytes;
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.at = 0;
    this.canonical = true;
  }

  taken(count) {
    if (count > this.bytes.length - this.at) throw new RangeError("cut");
    this.at += Number(count);
    return this.bytes.subarray(this.at - Number(count), this.at);
  }

  /* The number after an initial byte; null where it has no end. */
  argument(info) {
    if (info < 24) return info;
    if (info === 31) {
      this.canonical = false;
      return null;
    }
    const size = [1, 2, 4, 8][info - 24];
    const number = this.taken(size).reduce((sum, byte) => (sum << 8n) | BigInt(byte), 0n);
    const least = size === 1 ? 24n : 1n << BigInt(size * 4);
    if (number < least) this.canonical = false;
    return whole(number);
  }

  value(depth) {
    if (depth > DEEPEST) throw new RangeError("too deep");
    const [initial] = this.taken(1);
    const [major, info] = [initial >> 5, initial & 31];
    if (major === 7) return this.simple(info);
    if (info > 27 && info < 31) throw new RangeError("reserved");
    const argument = this.argument(info);
    if (argument === null && (major < 2 || major === 6)) throw new RangeError("no end");
    return [
      () => argument,
      () => whole(-1n - BigInt(argument)),
      () => this.string(major, argument, depth),
      () => this.string(major, argument, depth),
      () => this.items(argument, depth),
      () => this.members(argument, depth),
      () => new Tag(argument, this.inner(depth)),
    ][major]();
  }

  /* A value inside another, which is no break. */
  inner(depth) {
    const value = this.value(depth + 1);
    if (value === BREAK) throw new RangeError("break");
    return value;
  }

  string(major, length, depth) {
    const bytes = length === null ? this.pieces(major, depth) : this.taken(length);
    return major === 3 ? textOf(bytes) : bytes.slice();
  }

  /* The pieces of a string without an end, each a string of its kind that has one. Such a string is never taken, but
     what is wrong inside it is broken, and not only written otherwise. */
  pieces(major, depth) {
    for (let initial = this.bytes[this.at]; initial !== 0xff; initial = this.bytes[this.at]) {
      if (initial >> 5 !== major || (initial & 31) === 31) throw new TypeError("piece");
      this.value(depth + 1);
    }
    this.at += 1;
    return new Uint8Array();
  }

  items(count, depth) {
    const found = [];
    if (count > this.bytes.length) throw new RangeError("cut");
    while (count === null || found.length < count) {
      const item = count === null ? this.value(depth + 1) : this.inner(depth);
      if (item === BREAK) break;
      found.push(item);
    }
    return found;
  }

  /* A Map; the keys' own spellings must grow, shorter ones first, as cbor2 writes them. */
  members(count, depth) {
    const found = new Map();
    if (count > this.bytes.length) throw new RangeError("cut");
    for (let number = 0, before = null; count === null || number < count; number += 1) {
      const start = this.at;
      const key = count === null ? this.value(depth + 1) : this.inner(depth);
      if (key === BREAK) break;
      const spelled = hex(this.bytes.subarray(start, this.at));
      if (before !== null && !isAfter(spelled, before)) this.canonical = false;
      before = spelled;
      found.set(key, this.inner(depth));
    }
    return found;
  }

  simple(info) {
    if (SIMPLE.has(info)) return SIMPLE.get(info);
    if (info === 31) return BREAK;
    if (info >= 25 && info <= 27) return this.float(2 ** (info - 24));
    if (info > 27) throw new RangeError("reserved");
    const number = info === 24 ? this.taken(1)[0] : info;
    if (info === 24 && number < 32) throw new RangeError("simple");
    return new Tag("simple", number);
  }

  /* Of one in two bytes nobody asks the value: it could not be written shorter. */
  float(size) {
    const start = this.at;
    this.taken(size);
    if (size === 2) return new Fraction(NaN);
    const value = size === 4 ? this.view.getFloat32(start) : this.view.getFloat64(start);
    if (size !== leastSize(value)) this.canonical = false;
    return new Fraction(value);
  }
}

const isAfter = (one, other) => one.length > other.length || (one.length === other.length && one > other);

const leastSize = (value) => {
  if (!Number.isFinite(value) || value === 0) return 2;
  if (Math.fround(value) !== value) return 8;
  const exponent = Math.max(Math.floor(Math.log2(Math.abs(value))), -14);
  const isHalf = exponent <= 15 && Number.isInteger(value / 2 ** (exponent - 10));
  return isHalf ? 2 : 4;
};

export const readCbor = (bytes) => {
  const reader = new Reader(bytes);
  const value = orRefuse("proof.damaged", { what: "CBOR" }, () => reader.inner(0));
  if (!reader.canonical || reader.at !== bytes.length) refuse("proof.not_canonical", { what: "CBOR" });
  return value;
};

/* The Sig_structure of RFC 9052, section 4.4. */
export const sigStructure = (protectedHeader, payload) =>
  Uint8Array.from([
    0x84, 0x6a, ...new TextEncoder().encode("Signature1"),
    ...headed(protectedHeader), ...headed(new Uint8Array()), ...headed(payload),
  ]);

const headed = (bytes) => {
  const { length } = bytes;
  if (length < 24) return [0x40 | length, ...bytes];
  return length < 256 ? [0x58, length, ...bytes] : [0x59, length >> 8, length & 255, ...bytes]; // none is of 64 KB
};
