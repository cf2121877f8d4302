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

/* The places that the page knows, for where no map is: globalThis.webFormsPlaces, [{ name, lon, lat }]. */
const places = () => globalThis.webFormsPlaces ?? [];
const colour = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();

/* A layer of OpenLayers with the places and their names, under what is drawn; none where no place is known. */
export const ground = ({ Layer, Source, Feature, Point, Style, Text, Fill, dot, placed }) => {
  const features = places().map(({ name, lon, lat }) => new Feature({ geometry: new Point(placed([lon, lat])), name }));
  const image = dot(colour("--pay"), colour("--surface"), 5, 1);
  const style = (feature) =>
    new Style({
      image,
      text: new Text({
        text: feature.get("name"),
        font: `600 13px ${colour("--sans")}`,
        fill: new Fill({ color: colour("--ink-soft") }),
        offsetY: 14,
      }),
    });
  const layer = new Layer({ source: new Source({ features }), style, declutter: true });
  layer.set("ground", true);
  return features.length > 0 ? [layer] : [];
};

const CLOSEST = 15;

/* Where the map opens: around all places, or as it would otherwise. */
export const viewOf = (placed, otherwise) => {
  const known = places();
  if (known.length === 0) return otherwise;
  const range = (values) => [Math.min(...values), Math.max(...values)];
  const [west, east] = range(known.map((place) => place.lon));
  const [south, north] = range(known.map((place) => place.lat));
  const zoom = Math.floor(Math.log2(360 / Math.max(east - west, north - south, 1e-6)));
  return { center: placed([(west + east) / 2, (south + north) / 2]), zoom: Math.min(zoom, CLOSEST) };
};
