/* A question as a QR holds it: `CEIBAQ1:`, twelve letters, and the address of the page that asks, which the answer names. */
export const CHALLENGE = "CEIBAQ1:";
export const LETTERS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"; // without those that are taken for others (Crockford)
export const NONCE_LETTERS = 12; // 60 bits

/* { nonce, audience } of a code that was read, or of letters typed for the page at `audience`; null for neither. */
export const readChallenge = (text, audience) => {
  const [, read, from] = /^CEIBAQ1:([0-9A-Z]{12}):(https?:\/\/[^\s]{1,200})$/.exec(text.trim()) ?? [];
  if (read !== undefined) return { nonce: read, audience: from };
  const typed = text.toUpperCase().replaceAll("O", "0").replace(/[IL]/g, "1").replace(/[\s-]/g, "");
  return typed.length === NONCE_LETTERS && [...typed].every((letter) => LETTERS.includes(letter)) ? { nonce: typed, audience } : null;
};
