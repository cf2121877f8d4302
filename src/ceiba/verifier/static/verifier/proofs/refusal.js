/* Why something is refused: the same codes and values as in ceiba/proofs/problems.py, whose texts the page carries. */
export class Refusal extends Error {
  constructor(code, values = {}) {
    super(code);
    this.code = code;
    this.values = values;
  }
}

export const refuse = (code, values) => {
  throw new Refusal(code, values);
};

/* `read()`; whatever goes wrong in it is this refusal. */
export const orRefuse = (code, values, read) => {
  try {
    return read();
  } catch {
    return refuse(code, values);
  }
};

/* As much of a value as a refusal shows. */
export const shown = (value, most = 40) => {
  const text = typeof value === "object" ? JSON.stringify(value, (_, inner) => (typeof inner === "bigint" ? `${inner}` : inner)) : String(value);
  return text.slice(0, most);
};
