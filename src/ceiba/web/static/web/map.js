/* The map of areas and plots. Its ground is our own areas: no map service is asked for anything. */
import { Map, NavigationControl, Popup, ScaleControl, setWorkerUrl } from "../vendor/maplibre-gl-6.17.0/maplibre-gl.mjs";

const box = document.getElementById("map");
if (box) {
  setWorkerUrl(new URL("../vendor/maplibre-gl-6.17.0/maplibre-gl-worker.mjs", import.meta.url).href);
  try { start(box); } catch (error) { box.hidden = true; }
}

function start(box) {
  if (!document.createElement("canvas").getContext("webgl2")) return;
  const words = box.dataset;
  const ink = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();
  const outcome = ["match", ["get", "outcome"], "pay", ink("--pay"), "hold", ink("--hold"), "refuse", ink("--refuse"), ink("--none")];
  const share = ["step", ["coalesce", ["get", "paid_percent"], 0], ink("--choro-1"), 60, ink("--choro-2"), 75, ink("--choro-3"), 85, ink("--choro-4"), 95, ink("--choro-5")];
  const isPoint = ["==", ["geometry-type"], "Point"];
  const source = { source: "ceiba" };

  box.hidden = false;
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
      sources: { ceiba: { type: "vector", tiles: [location.origin + words.tiles], minzoom: 2, maxzoom: 16 } },
      layers: [
        { id: "ground", type: "background", paint: { "background-color": ink("--sea") } },
        { id: "areas", type: "fill", ...source, "source-layer": "areas", paint: { "fill-color": ["case", ["has", "reached"], ink("--reached"), ink("--land")] } },
        { id: "borders", type: "line", ...source, "source-layer": "areas", paint: { "line-color": ink("--line-strong"), "line-width": ["interpolate", ["linear"], ["zoom"], 4, 0.4, 10, 1.2], "line-opacity": 0.7 } },
        { id: "plot-shapes", type: "fill", ...source, "source-layer": "plots", filter: ["!", isPoint], paint: { "fill-color": outcome, "fill-opacity": 0.55 } },
        { id: "plot-edges", type: "line", ...source, "source-layer": "plots", filter: ["!", isPoint], paint: { "line-color": outcome, "line-width": 1.6 } },
        { id: "plot-points", type: "circle", ...source, "source-layer": "plots", filter: isPoint, paint: { "circle-color": outcome, "circle-radius": ["interpolate", ["linear"], ["zoom"], 10, 2.5, 13, 5], "circle-stroke-color": ink("--surface"), "circle-stroke-width": 0.7 } },
        { id: "centres", type: "circle", ...source, "source-layer": "centres", maxzoom: 10, paint: { "circle-color": share, "circle-opacity": 0.9, "circle-stroke-color": ink("--ink"), "circle-stroke-width": 0.8, "circle-radius": ["interpolate", ["linear"], ["sqrt", ["coalesce", ["get", "people"], 2]], 1, 4, 30, 12, 300, 34] } },
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
  });

  const popup = new Popup({ maxWidth: "18rem" });
  const number = new Intl.NumberFormat(document.documentElement.lang === "es" ? "es-MX" : "en");
  const hectares = (m2) => (m2 === undefined ? "—" : (m2 / 10000).toFixed(2) + " ha");
  const people = (n) => (n === undefined ? words.few : number.format(n));

  function said(title, pairs, link) {
    const content = document.createElement("div");
    const heading = content.appendChild(document.createElement("strong"));
    heading.textContent = title;
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
    const [found] = map.queryRenderedFeatures(event.point, { layers: ["plot-shapes", "plot-points", "centres"] });
    if (!found) return;
    const p = found.properties;
    const content = p.person
      ? said(words.plot + " " + p.code, [[words.who, p.person], [words.last, words[p.outcome] || words.none], [words.nominal, hectares(p.nominal_m2)], [words.measured, hectares(p.measured_m2)]], words.person.replace("CODE", encodeURIComponent(p.person)))
      : said(p.name, [[words.people, people(p.people)], [words.pay, people(p.pay)], [words.hold, people(p.hold)], [words.refuse, people(p.refuse)]]);
    popup.setLngLat(event.lngLat).setDOMContent(content).addTo(map);
  });
  for (const layer of ["plot-shapes", "plot-points", "centres"]) {
    map.on("mouseenter", layer, () => { map.getCanvas().style.cursor = "pointer"; });
    map.on("mouseleave", layer, () => { map.getCanvas().style.cursor = ""; });
  }
}
