/* What an officer asks of whoever presents a constancia: to sign, now, twelve letters that this device drew. They are
   shown, not sent; the holder's page (credentials/show.js) or a wallet of ours reads them from this screen. An answer
   holds for this question alone, so a copy of somebody else's answer is refused. */
import { element } from "./element.js";
import { webBase } from "./proofs/keys.js";
import { CHALLENGE, LETTERS, NONCE_LETTERS } from "./proofs/challenge_text.js";
import { qrCode } from "./qr_code.js";
import { say } from "./words.js";

const LASTS_MS = 600_000; // as long as an answer is taken for a new one (BINDING_LASTS of proofs/sd_jwt.js)

export class Challenge {
  /* `trust` gives the list of who is trusted, or null. */
  constructor(place, button, trust) {
    Object.assign(this, { place, button, trust, asked: null, timer: 0 });
    button.addEventListener("click", () => (this.asked === null ? this.begin() : this.end()));
  }

  begin() {
    const audience = new URL(".", new URL(document.body.dataset.worker, location.href)).href;
    this.asked = { nonce: drawn(), audience };
    this.timer = setTimeout(() => this.end(), LASTS_MS);
    this.button.textContent = say("Stop asking");
    this.draw();
  }

  end() {
    clearTimeout(this.timer);
    this.asked = null;
    this.button.textContent = say("Ask whoever presents it");
    this.place.hidden = true;
    this.place.replaceChildren();
  }

  draw() {
    const { nonce, audience } = this.asked;
    const isPrinted = (this.trust()?.issuers ?? []).some(({ did }) => `${webBase(did)}verify/` === audience);
    this.place.replaceChildren(
      element("h2", {}, say("What this device asks")),
      element("p", {}, say("On their phone, in “Show a part” of their certificate, the person reads this code. Then read theirs. The answer holds for this question alone.")),
      qrCode(`${CHALLENGE}${nonce}:${audience}`, say("QR code with the question")),
      isPrinted ? element("p", {}, say("Or they type:"), " ", element("strong", { class: "code nonce" }, nonce.match(/.{4}/g).join("-"))) : "",
    );
    this.place.hidden = false;
    this.place.scrollIntoView({ block: "nearest" });
  }
}

const drawn = () => Array.from(crypto.getRandomValues(new Uint8Array(NONCE_LETTERS)), (byte) => LETTERS[byte % 32]).join("");
