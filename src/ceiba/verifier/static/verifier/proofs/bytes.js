/* Bytes and their spellings: UTF-8, hexadecimal, base64 and base64url without padding (RFC 7515), base45 (RFC 9285);
   one spelling a value. */
import { orRefuse, refuse } from "./refusal.js";

const BASE45 = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:";

export const utf8 = (text) => new TextEncoder().encode(text);

/* Its text; throws for what is no UTF-8. */
export const textOf = (bytes) => new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);

export const hex = (bytes) => Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");

export const sha256 = async (bytes) => new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));

export const joined = (...parts) => {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
};

/* Base 64 (RFC 4648, section 4), as notes of the log are written. */
export const encoded64 = (bytes) => {
  let binary = "";
  for (let at = 0; at < bytes.length; at += 0x8000) binary += String.fromCharCode(...bytes.subarray(at, at + 0x8000));
  return btoa(binary);
};

/* Its bytes; throws for every text but the one that `encoded64` writes. */
export const decoded64 = (text) => {
  const bytes = Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
  if (encoded64(bytes) !== text) throw new SyntaxError("base64");
  return bytes;
};

export const packed = (bytes) => encoded64(bytes).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");

/* The bytes of base64url; a second spelling of the same bytes is refused. */
export const unpacked = (text) => {
  const bytes = orRefuse("proof.damaged", { what: "base64url" }, () =>
    Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (letter) => letter.charCodeAt(0)));
  if (packed(bytes) !== text) refuse("proof.damaged", { what: "base64url" });
  return bytes;
};

/* The bytes of base45, which has one spelling: three letters two bytes, at the end two letters one. */
export const unpacked45 = (text) => {
  const values = Array.from(text, (letter) => BASE45.indexOf(letter));
  const bytes = [];
  if (values.includes(-1) || values.length % 3 === 1) refuse("proof.damaged", { what: "base45" });
  for (let at = 0; at < values.length; at += 3) {
    const [low, middle, high] = values.slice(at, at + 3);
    const number = low + middle * 45 + (high ?? 0) * 2025;
    if (number > (high === undefined ? 0xff : 0xffff)) refuse("proof.damaged", { what: "base45" });
    if (high !== undefined) bytes.push(number >> 8);
    bytes.push(number & 0xff);
  }
  return Uint8Array.from(bytes);
};

export const packed45 = (bytes) => {
  let text = "";
  for (let at = 0; at < bytes.length; at += 2) {
    const isLast = at + 1 === bytes.length;
    const number = isLast ? bytes[at] : bytes[at] * 256 + bytes[at + 1];
    text += BASE45[number % 45] + BASE45[Math.floor(number / 45) % 45] + (isLast ? "" : BASE45[Math.floor(number / 2025)]);
  }
  return text;
};
