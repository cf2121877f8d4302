/* The plots that this browser holds, so that who draws on a map without a map sees where theirs lie. */
import { heldFile } from "./files.js";
import { lists } from "./store.js";

/* Rows of a CSV file as objects by the names in its first row (RFC 4180). */
export const rowsOf = (text) => {
  const rows = [[]];
  for (const [, quoted, bare, end] of text.matchAll(/(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r?\n|$)/g)) {
    rows.at(-1).push(quoted === undefined ? bare : quoted.replaceAll('""', '"'));
    if (end !== ",") rows.push([]);
  }
  const [names, ...others] = rows;
  return others
    .filter((row) => row.length === names.length)
    .map((row) => Object.fromEntries(names.map((name, index) => [name, row[index]])));
};

export const heldPlaces = async (id) => {
  const database = await lists(id);
  const held = await heldFile(database, await database.getAll("forms"), "plots.csv");
  if (!held) return [];
  return rowsOf(new TextDecoder().decode(held.bytes))
    .filter((plot) => plot.lon && plot.lat)
    .map((plot) => ({ name: plot.code, lon: Number(plot.lon), lat: Number(plot.lat) }));
};
