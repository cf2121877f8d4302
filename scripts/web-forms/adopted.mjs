/* What the patches of ODK Web Forms call.

   Styles that PrimeVue makes while it runs go into constructed style sheets, which a Content-Security-Policy
   without 'unsafe-inline' lets through, where a <style> element would be refused. */
const named = new Map();

const sheetOf = (name, first) => {
  if (!named.has(name)) {
    const sheet = new CSSStyleSheet();
    named.set(name, sheet);
    const others = document.adoptedStyleSheets;
    document.adoptedStyleSheets = first ? [sheet, ...others] : [...others, sheet];
  }
  return named.get(name);
};

let unnamed = 0;

/* Stands for useStyle of @primevue/core: what it gives back, as far as PrimeVue 4.3 reads it. */
export const adoptStyle = (css, options = {}) => {
  const name = options.name ?? `style_${++unnamed}`;
  const load = (text) => sheetOf(name, options.first).replaceSync(text ?? css);
  load();
  options.onMounted?.(name);
  return { id: options.id, name, el: { value: null }, css, unload: () => {}, load, isLoaded: { value: true } };
};

/* A text of the component in the language of the page: `globalThis.webFormsWords`, by the English text. */
export const say = (text) => globalThis.webFormsWords?.[text] ?? text;
