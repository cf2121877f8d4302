/* JSON read strictly, as ceiba/proofs/base64url.py does: a name comes once, half a character is none, 1.0 is not 1.
   JSON.parse takes the last of two names and forgets how a number was written, so this reads by itself. */
import { textOf } from "./bytes.js";
import { Fraction, whole } from "./numbers.js";
import { orRefuse, refuse } from "./refusal.js";

const DEEPEST = 500;
const DIGITS_MOST = 4300; // more than this Python does not read
const SPACE = /[ \t\n\r]*/y;
const STRING = /"[^"\\\u0000-\u001f]*(?:\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4})[^"\\\u0000-\u001f]*)*"/y;
const NUMBER = /(-?(?:0|[1-9]\d*))(\.\d+)?([eE][+-]?\d+)?/y;
const HALF_CHARACTER = /\p{Surrogate}/u;
const WORDS = { true: true, false: false, null: null };

class Reader {
  constructor(text) {
    this.text = text;
    this.at = 0;
  }

  take(pattern) {
    pattern.lastIndex = this.at;
    const found = pattern.exec(this.text);
    if (found !== null) this.at = pattern.lastIndex;
    return found;
  }

  /* Whether the next sign is this one, which is then taken. */
  sign(sign) {
    this.take(SPACE);
    if (this.text[this.at] !== sign) return false;
    this.at += 1;
    return true;
  }

  demand(sign) {
    if (!this.sign(sign)) throw new SyntaxError(`${sign} at ${this.at}`);
  }

  value(depth) {
    if (depth > DEEPEST) throw new RangeError("too deep");
    if (this.sign("{")) return this.members(depth);
    if (this.sign("[")) return this.items(depth);
    if (this.text[this.at] === '"') return this.string();
    const number = this.take(NUMBER);
    return number === null ? this.word() : numberOf(number);
  }

  members(depth) {
    const found = Object.create(null);
    if (this.sign("}")) return found;
    do {
      this.take(SPACE);
      const name = this.string();
      if (name in found) throw new SyntaxError("a name twice");
      this.demand(":");
      found[name] = this.value(depth + 1);
    } while (this.sign(","));
    this.demand("}");
    return found;
  }

  items(depth) {
    const found = [];
    if (this.sign("]")) return found;
    do found.push(this.value(depth + 1));
    while (this.sign(","));
    this.demand("]");
    return found;
  }

  string() {
    const [text] = this.take(STRING) ?? [];
    const found = JSON.parse(text); // throws for nothing
    if (HALF_CHARACTER.test(found)) throw new SyntaxError("half a character");
    return found;
  }

  word() {
    const [word] = this.take(/true|false|null/y) ?? [];
    if (word === undefined) throw new SyntaxError(`at ${this.at}`);
    return WORDS[word];
  }
}

const numberOf = ([text, digits, fraction, exponent]) => {
  if (fraction !== undefined || exponent !== undefined) return new Fraction(Number(text));
  if (digits.replace("-", "").length > DIGITS_MOST) throw new RangeError("too long");
  return whole(digits) || 0; // -0 is 0
};

/* A JSON value; its objects have no prototype. */
export const readJson = (bytes) =>
  orRefuse("proof.damaged", { what: "JSON" }, () => {
    const reader = new Reader(textOf(bytes));
    const value = reader.value(0);
    reader.take(SPACE);
    if (reader.at !== reader.text.length) throw new SyntaxError("more after it");
    return value;
  });

/* Whether it is an object as `readJson` makes them: no list, no Fraction. */
export const isObject = (value) => typeof value === "object" && value !== null && Object.getPrototypeOf(value) === null;

export const readObject = (bytes) => {
  const value = readJson(bytes);
  if (!isObject(value)) refuse("proof.damaged", { what: "JSON" });
  return value;
};

/* Whether a value that was read is the one that is written here. */
export const alike = (one, other) => {
  if (Array.isArray(one) && Array.isArray(other)) return one.length === other.length && one.every((item, at) => alike(item, other[at]));
  if (!isObject(one) || Array.isArray(other) || typeof other !== "object" || other === null) return one === other;
  const names = Object.keys(one);
  return names.length === Object.keys(other).length && names.every((name) => name in other && alike(one[name], other[name]));
};
