/* What was returned to the user, opened to be corrected: fetched whole, with its files, or not at all.

   A correction is a form of its own that names the one it replaces. Until it is finished it is kept as a draft under
   the name of that one, so that it is begun once. */
import { fetchFiles } from "./files.js";
import { ask, revoked, standing, wholeOf } from "./server.js";
import { everything, lists, work } from "./store.js";

const { home } = document.body.dataset;

export const draftIdOf = (instance) => `correction-${instance}`;

const meta = (xml) => [...xml.documentElement.children].find((child) => child.localName === "meta");

/* The answers under the name of the form that they correct: the engine gives them a new one each time they open. */
const named = (text, instance) => {
  const xml = new DOMParser().parseFromString(text, "text/xml");
  for (const child of [...(meta(xml)?.children ?? [])]) {
    if (child.localName === "instanceID") child.textContent = instance;
    if (child.localName === "deprecatedID") child.remove();
  }
  return new XMLSerializer().serializeToString(xml);
};

/* What the component opens, of answers that correct `instance` and their files, [{name, type, bytes}]. */
export const opened = ({ xml, files }, instance) => ({
  resolveInstance: () => named(xml, instance),
  attachmentFileNames: files.map(({ name }) => name),
  resolveAttachment: async (name) => {
    const { bytes, type } = files.find((file) => file.name === name);
    return new Response(new Blob([bytes], { type }));
  },
});

const fetched = async (id, told) => {
  await fetchFiles(await lists(id), told.form.files);
  const xform = await (await wholeOf(told.form.address)).text();
  const files = [];
  for (const { name, type, address } of told.files)
    files.push({ name, type, bytes: await (await wholeOf(address)).arrayBuffer() });
  return { form: { ...told.form, xform }, xml: told.xml, files };
};

/* The correction of `instance` as it was begun here, or else what was sent, from the server: {draft}.
   {state} says why not: "waits" here to be sent, "gone" from the list, "signed_out", "revoked", "no_role", "offline". */
export const correction = async (id, instance) => {
  const begun = await (await work(id)).get("drafts", draftIdOf(instance));
  if (begun) return { draft: begun };
  if ((await everything(id, "queue")).some((entry) => entry.corrects === instance)) return { state: "waits" };
  try {
    const response = await ask(`${home}api/returned/${encodeURIComponent(instance)}`);
    const state = response.status === 404 ? "gone" : await standing(response);
    if (state === "revoked") await revoked();
    if (state) return { state };
    if (!response.ok) return { state: "offline" };
    return { draft: { ...(await fetched(id, await response.json())), id: draftIdOf(instance), corrects: instance } };
  } catch (problem) {
    console.warn("What was returned could not be fetched:", problem.message);
    return { state: "offline" };
  }
};
