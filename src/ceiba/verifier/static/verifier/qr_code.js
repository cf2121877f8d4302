/* A QR code as an SVG without styles; whoever listens to the page hears `said` in its place. */
import { encodeQR } from "../vendor/qr-0.7.0/index.js";

const SVG = "http://www.w3.org/2000/svg";
const QUIET = 4; // modules of white around it

export const qrCode = (text, said, ecc = "medium") => {
  const rows = encodeQR(text, "raw", { ecc, border: QUIET });
  const dark = rows.map((row, y) => row.map((isDark, x) => (isDark ? `M${x} ${y}h1v1h-1z` : "")).join("")).join("");
  const [svg, ground, path] = ["svg", "rect", "path"].map((name) => document.createElementNS(SVG, name));
  const set = (element, attributes) => Object.entries(attributes).forEach(([name, value]) => element.setAttribute(name, value));
  set(svg, { viewBox: `0 0 ${rows.length} ${rows.length}`, class: "qr", role: "img", "aria-label": said, "shape-rendering": "crispEdges" });
  set(ground, { width: rows.length, height: rows.length, fill: "#fff" });
  set(path, { d: dark, fill: "#000" });
  svg.append(ground, path);
  return svg;
};
