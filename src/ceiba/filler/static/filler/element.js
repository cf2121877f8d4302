/* Makes elements. Text is always text: nothing here reads HTML. */
export const element = (tag, attributes = {}, ...children) => {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name === "onclick") made.addEventListener("click", value);
    else if (value !== undefined) made.setAttribute(name, value);
  }
  made.append(...children.filter((child) => child !== undefined && child !== ""));
  return made;
};

/* A notice at the head of the page; another of the same `name` takes its place, none takes it away. */
export const notice = (name, ...children) => {
  const place = document.getElementById("notices");
  place.querySelector(`[data-notice="${name}"]`)?.remove();
  if (children.length > 0) {
    const [kind, ...content] = children;
    place.append(element("div", { class: `message ${kind}`, "data-notice": name }, element("p", {}, ...content)));
  }
};
