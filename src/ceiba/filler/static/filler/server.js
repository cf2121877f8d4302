/* Asks the server, and reads of its answers who it takes this browser for. */
import { installation, leave, renewInstallation } from "./store.js";

const TIMEOUT_MS = 60_000;

export const csrf = () => /(?:^|; )csrftoken=([^;]+)/.exec(document.cookie)?.[1] ?? "";

export const ask = (address, options = {}) =>
  fetch(address, {
    // A redirect leads to the page for signing in: it is an answer, and no form.
    redirect: "manual",
    credentials: "same-origin",
    cache: "no-store",
    signal: AbortSignal.timeout(TIMEOUT_MS),
    ...options,
    headers: { "X-Ceiba-Browser": installation(), ...options.headers },
  });

/* What an answer says of whoever asked: "signed_out", "revoked", "no_role", or null when it is about the matter. */
export const standing = async (response) => {
  if (response.type === "opaqueredirect" || response.status === 401) return "signed_out";
  if (response.status !== 403) return null;
  const told = await response.clone().json().catch(() => ({}));
  return told.problem === "browser_revoked" ? "revoked" : "no_role";
};

/* The browser may hold no forms any more. Work stays; the user shows again who they are, and sends it. */
export const revoked = async () => {
  await leave(true);
  renewInstallation();
};

/* The answer, or an error: part of a thing is no use. */
export const wholeOf = async (address) => {
  const response = await ask(address);
  if (!response.ok) throw new Error(`${address}: ${response.status}`);
  return response;
};
