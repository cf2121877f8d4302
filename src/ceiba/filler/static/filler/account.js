/* The head of the page: who this browser's forms belong to, the language, signing out; and the service worker. */
import { notice } from "./element.js";
import { everything, leave, owner } from "./store.js";
import { ask, csrf } from "./server.js";
import { language, say } from "./words.js";

const { home, signIn, signOut, language: languageAddress, worker } = document.body.dataset;

// Browsers give stores that last, and service workers, only to encrypted connections (and to this machine itself).
if (!globalThis.isSecureContext) {
  notice("secure", "error", say("Forms need an encrypted connection: open this page with https."));
  document.querySelector("main .flow").hidden = true;
  throw new Error("not a secure context");
}

const post = (address, values = {}) =>
  ask(address, { method: "POST", body: new URLSearchParams(values), headers: { "X-CSRFToken": csrf() } });

export const showWho = () => {
  const shown = owner();
  document.getElementById("who").classList.toggle("unknown", !shown);
  document.getElementById("who-name").textContent = shown?.name ?? "";
};

export const signInLink = () => `${signIn}?next=${encodeURIComponent(home)}`;

document.getElementById("language").addEventListener("click", async () => {
  try {
    await post(languageAddress, { language: language === "es" ? "en" : "es" });
    navigator.serviceWorker?.controller?.postMessage("pages");
    location.reload();
  } catch {
    // Without a network the page stays in its language.
  }
});

document.getElementById("sign-out").addEventListener("click", async () => {
  const waiting = (await everything(owner().id, "queue")).length;
  const kept = say("What is waiting here ({count}) is kept, and is sent when you sign in again. Sign out?", { count: waiting });
  if (waiting > 0 && !confirm(kept)) return;
  let told = true;
  await post(signOut).catch(() => (told = false));
  await leave(told);
  location.assign(told ? signInLink() : home);
});

/* Keeps the pages for when there is no network. A new version waits until no form is open. */
export const serve = async () => {
  if (!("serviceWorker" in navigator)) return;
  const registration = await navigator.serviceWorker.register(worker);
  const offer = (waiting) => waiting?.postMessage("take over");
  offer(registration.waiting);
  registration.addEventListener("updatefound", () => {
    const coming = registration.installing;
    coming?.addEventListener("statechange", () => coming.state === "installed" && offer(registration.waiting));
  });
};
