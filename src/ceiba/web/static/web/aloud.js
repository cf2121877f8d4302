/* Reads a part of a page aloud, by a voice that is on the device: one that is not would be sent the words. Without such a
   voice there is no button. What is hidden from screen readers is not read, pictures are read as they are described. */
const SILENT = "[aria-hidden=true], [hidden], button, script, template, code, .code:not(a), .hash, [data-silent]";

const voiceOf = (lang) => {
  const local = speechSynthesis.getVoices().filter((voice) => voice.localService);
  return local.find((voice) => voice.lang.toLowerCase().startsWith(lang.slice(0, 2))) ?? null;
};

/* Texts in the order in which they are read, each with its language. */
export const spoken = (root) => {
  const found = [];
  const walk = (node, lang) => {
    if (node.nodeType === Node.TEXT_NODE) return add(node.data, lang);
    if (node.nodeType !== Node.ELEMENT_NODE || node.matches(SILENT)) return undefined;
    const own = node.getAttribute("lang") ?? lang;
    const isBlock = getComputedStyle(node).display !== "inline";
    if (isBlock) pause();
    if (node.getAttribute("role") === "img") add(node.getAttribute("aria-label") ?? "", own);
    else node.childNodes.forEach((child) => walk(child, own));
    return isBlock ? pause() : undefined;
  };
  const pause = () => found.push(null);
  const add = (text, lang) => {
    const last = found.at(-1);
    if (text.trim() === "" && !last) return;
    if (last && last.lang === lang) last.text += text;
    else found.push({ text, lang });
  };
  walk(root, root.closest("[lang]")?.lang ?? document.documentElement.lang);
  return found.filter(Boolean).map(({ text, lang }) => ({ text: text.replace(/\s+/g, " ").trim(), lang })).filter(({ text }) => text !== "");
};

/* Shows the button where there is a voice, and reads what `part()` gives when it is pressed; pressed again, it stops. */
export const hearBy = (button, part) => {
  if (!("speechSynthesis" in globalThis)) return;
  const offer = () => {
    button.hidden = voiceOf(document.documentElement.lang) === null;
  };
  offer();
  speechSynthesis.addEventListener("voiceschanged", offer);
  button.addEventListener("click", () => {
    const isReading = speechSynthesis.speaking;
    speechSynthesis.cancel();
    if (isReading) return;
    for (const { text, lang } of spoken(part())) {
      const voice = voiceOf(lang);
      if (voice !== null) speechSynthesis.speak(Object.assign(new SpeechSynthesisUtterance(text), { lang, voice }));
    }
  });
};

for (const button of document.querySelectorAll("button[data-hear]")) hearBy(button, () => document.getElementById(button.dataset.hear));
