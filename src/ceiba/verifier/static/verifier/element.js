/* Makes elements. Text is always text: nothing here reads HTML. */
export const element = (tag, attributes = {}, ...children) => {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  made.append(...children);
  return made;
};

/* An icon of those that the page carries. */
export const icon = (name) => document.getElementById(`icon-${name}`).content.cloneNode(true);

export const pairs = (entries) =>
  element("dl", { class: "pairs" }, ...entries.map(([name, value]) => element("div", {}, element("dt", {}, name), element("dd", {}, value))));
