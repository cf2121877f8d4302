/* JWS in compact form (RFC 7515): the header says algorithm, kid and type, and nothing that we do not expect. */
import { unpacked, utf8 } from "./bytes.js";
import { readObject } from "./json.js";
import { refuse, shown } from "./refusal.js";

const ALGORITHMS = ["Ed25519", "ES256"];
const HEADER = ["alg", "kid", "typ", "cty"];

/* Verify and open: the payload, and the kid of the key that signed it. `find` gives the key of a kid or refuses; with
   `named` false the key is known beforehand, and the header need not name it. */
export const opened = async (token, typ, find, { cty = null, named = true } = {}) => {
  const parts = token.split(".");
  if (parts.length !== 3) refuse("proof.damaged", { what: "JWS" });
  const [payload, signature] = parts.slice(1).map(unpacked);
  const said = header(unpacked(parts[0]), typ, cty, named);
  const key = await find(said.kid);
  if (key.algorithm !== said.alg) refuse("proof.algorithm", { found: said.alg });
  if (!(await key.verifies(signature, utf8(`${parts[0]}.${parts[1]}`)))) refuse("proof.signature");
  return [readObject(payload), said.kid];
};

const header = (bytes, typ, cty, named) => {
  const said = readObject(bytes);
  if ("crit" in said) refuse("proof.critical", { what: shown(said.crit) });
  if (!ALGORITHMS.includes(said.alg)) refuse("proof.algorithm", { found: shown(said.alg) });
  if (said.typ !== typ || ("cty" in said && said.cty !== cty)) refuse("proof.type", { found: shown(said.typ) });
  if (!named && !("kid" in said)) said.kid = "";
  if (typeof said.kid !== "string") refuse("proof.key_name");
  const extra = Object.keys(said).filter((name) => !HEADER.includes(name)).sort();
  if (extra.length > 0) refuse("proof.header", { what: extra[0].slice(0, 40) });
  return said;
};
