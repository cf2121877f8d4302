/* Receipts and SD-JWTs in fewer signs, so that one QR holds them; see ceiba/proofs/squeezed.py. It is a spelling and
   proves nothing: what comes out is verified as ever. */
import { packed, packed45, unpacked, unpacked45, textOf, utf8 } from "./bytes.js";
import { readJson } from "./json.js";
import { refuse } from "./refusal.js";

export const PREFIX = "CEIBAZ1:";
const LARGEST = 16_384; // bytes that it may unpack to

/* An SD-JWT in the alphabet of a QR's alphanumeric mode. */
export const squeezed = async (sdJwt) => {
  const parts = sdJwt.split("~");
  const [token, disclosures, binding] = [parts[0], parts.slice(1, -1), parts.at(-1)];
  const opened = [openedUp(token), disclosures.map((each) => textOf(unpacked(each))), binding === "" ? [] : openedUp(binding)];
  const stream = new Blob([utf8(JSON.stringify(opened))]).stream().pipeThrough(new CompressionStream("deflate"));
  return PREFIX + packed45(new Uint8Array(await new Response(stream).arrayBuffer()));
};

const openedUp = (token) => {
  const [header, payload, signature] = token.split(".");
  return [textOf(unpacked(header)), textOf(unpacked(payload)), signature];
};

/* What was squeezed, as bytes or text; anything else as it is. */
export const unsqueezed = async (proof) => {
  const words = (typeof proof === "string" ? proof : String.fromCharCode(...proof.subarray(0, LARGEST + 64))).replace(/^[\r\n]+|[\r\n]+$/g, "");
  if (!words.startsWith(PREFIX)) return proof;
  if (words.length > LARGEST) refuse("proof.too_large", { size: words.length, most: LARGEST });
  const data = await inflated(unpacked45(words.slice(PREFIX.length)));
  return data[0] === 0x7b ? data : sdJwtOf(readJson(data));
};

const inflated = async (bytes) => {
  const reader = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("deflate")).getReader();
  const next = () => reader.read().catch(() => refuse("proof.damaged", { what: "zlib" }));
  const chunks = [];
  let length = 0;
  for (let part = await next(); !part.done; part = await next()) {
    length += part.value.length;
    if (length > LARGEST) refuse("proof.too_large", { size: length, most: LARGEST });
    chunks.push(part.value);
  }
  return new Uint8Array(await new Blob(chunks).arrayBuffer());
};

const sdJwtOf = (parts) => {
  if (!Array.isArray(parts) || parts.length !== 3 || !parts.every(isTexts)) refuse("proof.damaged", { what: "SD-JWT" });
  const [token, disclosures, binding] = parts;
  return [tokenOf(token), ...disclosures.map((each) => packed(utf8(each))), binding.length === 0 ? "" : tokenOf(binding)].join("~");
};

const isTexts = (raw) => Array.isArray(raw) && raw.every((each) => typeof each === "string");

const tokenOf = (parts) => {
  if (parts.length !== 3) refuse("proof.damaged", { what: "SD-JWT" });
  return [packed(utf8(parts[0])), packed(utf8(parts[1])), parts[2]].join(".");
};
