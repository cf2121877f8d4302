/* Submissions on the map, on our own ground (web/map.js); asked again while the page is open. */
import { Map, NavigationControl, Popup, ScaleControl, setWorkerUrl } from "../vendor/maplibre-gl-6.17.0/maplibre-gl.mjs";

const AGAIN_MS = 15000;
const box = document.getElementById("map");
if (box) {
  setWorkerUrl(new URL("../vendor/maplibre-gl-6.17.0/maplibre-gl-worker.mjs", import.meta.url).href);
  try { start(box); } catch (error) { box.hidden = true; }
}

function start(box) {
  if (!document.createElement("canvas").getContext("webgl2")) return;
  const words = box.dataset;
  const ink = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();
  const look = ["match", ["get", "look"], "approved", ink("--pay"), "returned", ink("--refuse"), "second_visit", ink("--hold"), "flagged", ink("--hold"), "quarantined", ink("--hold"), ink("--none")];
  const tiles = location.origin + words.tiles;
  const source = { source: "ceiba" };
  const from = Number(words.from);

  box.hidden = false;
  const map = new Map({
    container: box,
    attributionControl: false,
    bounds: words.bounds.split(",").map(Number),
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
      sources: { ceiba: { type: "vector", tiles: [tiles], minzoom: 2, maxzoom: 16 } },
      layers: [
        { id: "ground", type: "background", paint: { "background-color": ink("--sea") } },
        { id: "areas", type: "fill", ...source, "source-layer": "areas", paint: { "fill-color": ["case", ["has", "reached"], ink("--reached"), ink("--land")] } },
        { id: "borders", type: "line", ...source, "source-layer": "areas", paint: { "line-color": ink("--line-strong"), "line-width": ["interpolate", ["linear"], ["zoom"], 4, 0.4, 10, 1.2], "line-opacity": 0.7 } },
        { id: "centres", type: "circle", ...source, "source-layer": "centres", maxzoom: from, paint: { "circle-color": ["case", [">", ["get", "flagged"], 0], ink("--hold"), ink("--none")], "circle-opacity": 0.9, "circle-stroke-color": ink("--ink"), "circle-stroke-width": 0.8, "circle-radius": ["interpolate", ["linear"], ["sqrt", ["get", "people"]], 1, 4, 30, 12, 300, 34] } },
        { id: "points", type: "circle", ...source, "source-layer": "submissions", minzoom: from, paint: { "circle-color": look, "circle-radius": ["interpolate", ["linear"], ["zoom"], 10, 4, 15, 8], "circle-stroke-color": ink("--surface"), "circle-stroke-width": 1 } },
        { id: "names", type: "symbol", ...source, "source-layer": "centres", layout: { "text-field": ["get", "name"], "text-size": 12, "text-font": ["sans-serif"], "text-offset": [0, 1.1], "text-anchor": "top" }, paint: { "text-color": ink("--ink"), "text-halo-color": ink("--surface"), "text-halo-width": 1.5 } },
      ],
    },
  });
  map.touchZoomRotate.disableRotation();
  map.addControl(new NavigationControl({ showCompass: false }), "top-right");
  map.addControl(new ScaleControl({ unit: "metric" }), "bottom-left");
  map.on("load", () => {
    document.getElementById("map-missing").hidden = true;
    document.getElementById("map-legend").hidden = false;
    box.dataset.ready = "true";
    setInterval(() => { if (!document.hidden) map.getSource("ceiba").setTiles([tiles]); }, AGAIN_MS);
  });

  const popup = new Popup({ maxWidth: "18rem" });
  function said(title, pairs, link) {
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
  }
  map.on("click", (event) => {
    const [found] = map.queryRenderedFeatures(event.point, { layers: ["points", "centres"] });
    if (!found) return;
    const p = found.properties;
    const content = p.id
      ? said(words.form + " " + p.form, [], words.page.replace("/0/", "/" + p.id + "/"))
      : said(p.name, [[words.submissions, p.people], [words.flagged, p.flagged]]);
    popup.setLngLat(event.lngLat).setDOMContent(content).addTo(map);
  });
  for (const layer of ["points", "centres"]) {
    map.on("mouseenter", layer, () => { map.getCanvas().style.cursor = "pointer"; });
    map.on("mouseleave", layer, () => { map.getCanvas().style.cursor = ""; });
  }
}
