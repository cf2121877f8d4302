/* A number that is not written as a whole one: no claim of a constancia takes it, whatever its value. */
export class Fraction {
  constructor(value) {
    this.value = value;
  }

  toString() {
    return String(this.value);
  }
}

/* A whole number of any size; one that a double does not hold exactly is a BigInt, which no claim takes either. */
export const whole = (number) => (Number.isSafeInteger(Number(number)) ? Number(number) : BigInt(number));
