/* Maps on our own ground: its areas, borders and names. No map service is asked for anything. A page says what lies
   on it and what is told of what is touched. */
import { Map, NavigationControl, Popup, ScaleControl, setWorkerUrl } from "../vendor/maplibre-gl-6.17.0/maplibre-gl.mjs";

const NAME = "ceiba";

export const ink = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();

/* Circles of areas, by how many there are in each, up to the zoom from which each one is shown. */
export const circles = (colour, maxzoom) => ({
  id: "centres", type: "circle", "source-layer": "centres", maxzoom,
  paint: { "circle-color": colour, "circle-opacity": 0.9, "circle-stroke-color": ink("--ink"), "circle-stroke-width": 0.8, "circle-radius": ["interpolate", ["linear"], ["sqrt", ["coalesce", ["get", "people"], 2]], 1, 4, 30, 12, 300, 34] },
});

const under = () => [
  { id: "ground", type: "background", paint: { "background-color": ink("--sea") } },
  { id: "areas", type: "fill", source: NAME, "source-layer": "areas", paint: { "fill-color": ["case", ["has", "reached"], ink("--reached"), ink("--land")] } },
  { id: "borders", type: "line", source: NAME, "source-layer": "areas", paint: { "line-color": ink("--line-strong"), "line-width": ["interpolate", ["linear"], ["zoom"], 4, 0.4, 10, 1.2], "line-opacity": 0.7 } },
];

const names = () => [
  { id: "names", type: "symbol", source: NAME, "source-layer": "centres", layout: { "text-field": ["get", "name"], "text-size": 12, "text-font": ["sans-serif"], "text-offset": [0, 1.1], "text-anchor": "top" }, paint: { "text-color": ink("--ink"), "text-halo-color": ink("--surface"), "text-halo-width": 1.5 } },
];

const opened = (box, tiles, layers) => {
  const words = box.dataset;
  const map = new Map({
    container: box,
    attributionControl: false,
    bounds: words.bounds.split(",").map(Number),
    // room for the names at the edges
    fitBoundsOptions: { padding: { top: 24, right: 48, bottom: 40, left: 48 }, maxZoom: 11 },
    maxZoom: 17,
    dragRotate: false,
    pitchWithRotate: false,
    touchPitch: false,
    cooperativeGestures: matchMedia("(pointer: coarse)").matches,
    locale: { "Map.Title": words.label, "NavigationControl.ZoomIn": words.zoomIn, "NavigationControl.ZoomOut": words.zoomOut, "Popup.Close": words.close,
      "CooperativeGesturesHandler.MobileHelpText": words.twoFingers, "CooperativeGesturesHandler.WindowsHelpText": words.ctrl, "CooperativeGesturesHandler.MacHelpText": words.ctrl },
    style: {
      version: 8,
      sources: { [NAME]: { type: "vector", tiles, minzoom: 2, maxzoom: 16 } },
      layers: [...under(), ...layers.map((layer) => ({ ...layer, source: NAME })), ...names()],
    },
  });
  map.touchZoomRotate.disableRotation();
  map.addControl(new NavigationControl({ showCompass: false }), "top-right");
  map.addControl(new ScaleControl({ unit: "metric" }), "bottom-left");
  return map;
};

const card = ({ title, pairs, link }, words) => {
  const content = document.createElement("div");
  content.appendChild(document.createElement("strong")).textContent = title;
  const list = content.appendChild(document.createElement("dl"));
  list.className = "pairs";
  for (const [name, value] of pairs) {
    const pair = list.appendChild(document.createElement("div"));
    pair.appendChild(document.createElement("dt")).textContent = name;
    pair.appendChild(document.createElement("dd")).textContent = value;
  }
  if (link) {
    const anchor = content.appendChild(document.createElement("a"));
    anchor.href = link;
    anchor.textContent = words.open;
  }
  return content;
};

const start = (box, { layers, touched, told, againMs }) => {
  if (!document.createElement("canvas").getContext("webgl2")) return;
  const words = box.dataset;
  const tiles = [location.origin + words.tiles];
  box.hidden = false;
  const map = opened(box, tiles, layers(words));
  document.getElementById("map-missing").hidden = true;
  document.getElementById("map-legend").hidden = false;
  map.on("load", () => {
    box.dataset.ready = "true";
    if (againMs) setInterval(() => { if (!document.hidden) map.getSource(NAME).setTiles(tiles); }, againMs);
  });
  const popup = new Popup({ maxWidth: "18rem" });
  map.on("click", (event) => {
    const [found] = map.queryRenderedFeatures(event.point, { layers: touched });
    if (found) popup.setLngLat(event.lngLat).setDOMContent(card(told(found.properties, words), words)).addTo(map);
  });
  for (const layer of touched) {
    map.on("mouseenter", layer, () => { map.getCanvas().style.cursor = "pointer"; });
    map.on("mouseleave", layer, () => { map.getCanvas().style.cursor = ""; });
  }
};

/* Shows the page's map, where the page has one and the browser can draw it; else the page's table says the same.
   `layers(words)` lie between the ground and the names; `told(properties, words)` is {title, pairs, link} of what was
   touched on one of the layers `touched`; with `againMs` it is asked again while the page is open. */
export const show = (what) => {
  const box = document.getElementById("map");
  if (!box) return;
  setWorkerUrl(new URL("../vendor/maplibre-gl-6.17.0/maplibre-gl-worker.mjs", import.meta.url).href);
  try { start(box, what); } catch (error) { box.hidden = true; }
};
