#!/usr/bin/env python3
"""Changes the published files of @getodk/web-forms where our pages need it; stops where the files are others.

    patch.py DIST WORDS_PY

DIST is changed in place: index.js and its two chunks, and `web-forms.css` beside them. WORDS_PY gets the texts
that the component now asks for in the page's language. What is changed, and why: docs/decisions/0017.
"""

import re
import sys
from pathlib import Path

SAY = "__say"
IMPORT = 'import { adoptStyle as __adopt, say as __say } from "../adopted.mjs";\n'

# (old, new): each must be there exactly once.
MAIN = [
    # Styles made at run time: constructed sheets instead of <style> elements.
    ("function useStyle(eA) {\n", "function useStyle(eA) {\n  return __adopt(eA, arguments[1]);\n"),
    ("if (!this.styleElement && !this.isUnstyled) {", "if (!this.styleElement && !this.isUnstyled && this.breakpoints) {"),
    # The reset of the whole page (`body { all: revert }`) is for pages that consist of a form only.
    (
        'const tA = document.createElement("style");\n    tA.textContent = resetStyles, document.head.prepend(tA), '
        "eA.use(PrimeVue, {",
        "eA.use(PrimeVue, { locale: globalThis.webFormsLocale ?? {},",
    ),
    # Code of web-tree-sitter for grammars that carry JavaScript; the XPath grammar carries none.
    ("                    eval(func);\n", '                    throw new Error("no code in grammars");\n'),
    ("moduleExports[name] = eval(func);", 'throw new Error("no code in grammars");'),
    # Photographs are made smaller without workers made of text.
    ('features: ["js", "wasm", "ww"],', 'features: ["js", "wasm"],'),
    # A draft is the same instance, gone on with; an edit would be another that replaces it.
    (
        "const rA = resolvableFormInstanceInput(tA.editInstance), oA = await AA.editInstance(rA, nA);",
        "const rA = tA.editInstance.draft ? tA.editInstance.draft : resolvableFormInstanceInput(tA.editInstance), "
        "oA = tA.editInstance.draft ? await AA.restoreInstance(rA, nA) : await AA.editInstance(rA, nA);",
    ),
    # The page reads the answers so far, to keep them.
    ("setup(eA, { emit: tA }) {\n    const AA = \"v0.22.0\"", "setup(eA, { emit: tA, expose: __expose }) {\n    const AA = \"v0.22.0\""),
    ("const gA = initializeFormState(), dA = ref(!1), IA", "const gA = initializeFormState();\n    __expose({ root: () => gA.value.root });\n    const dA = ref(!1), IA"),
    # The page has its own heading.
    ('createElementVNode("h1", null, toDisplayString(eA.form.definition.bind.form.title), 1)\n          ]),\n          _: 1\n        })\n      ]),', 'createElementVNode("h2", null, toDisplayString(eA.form.definition.bind.form.title), 1)\n          ]),\n          _: 1\n        })\n      ]),'),
    ('createElementVNode("div", _hoisted_3$j, [\n        createElementVNode("h1", null,', 'createElementVNode("div", _hoisted_3$j, [\n        createElementVNode("h2", null,'),
    # Names for what only has a picture, and labels that reach their fields.
    ('id: eA.node.nodeId,\n      key: nA.value,\n      ref_key: "inputRef",\n      ref: AA,\n      modelValue: iA.value,', '"input-id": eA.node.nodeId,\n      key: nA.value,\n      ref_key: "inputRef",\n      ref: AA,\n      modelValue: iA.value,'),
    ('modelValue: AA.value,\n      "onUpdate:modelValue": oA[0] || (oA[0] = (iA) => AA.value = iA),\n      "show-icon": "",', '"input-id": eA.question.nodeId,\n      modelValue: AA.value,\n      "onUpdate:modelValue": oA[0] || (oA[0] = (iA) => AA.value = iA),\n      "show-icon": "",'),
    ('id: eA.question.nodeId,\n      class: "dropdown",\n      filter: eA.question.appearances.autocomplete,\n      "filter-match-mode": "contains",\n      "auto-filter-focus": !0,\n      "model-value": eA.question.currentState.value[0],', 'id: eA.question.nodeId,\n      "aria-label": eA.question.currentState.label?.asString,\n      class: "dropdown",\n      filter: eA.question.appearances.autocomplete,\n      "filter-match-mode": "contains",\n      "auto-filter-focus": !0,\n      "model-value": eA.question.currentState.value[0],'),
    ('class: "button-menu",', 'class: "button-menu",\n            "aria-label": __say("Choices"),'),
    ('class: "close-icon",', 'class: "close-icon",\n            "aria-label": __say("Close"),'),
    ('class: "clear-button",', 'class: "clear-button",\n        "aria-label": __say("Remove the photo"),'),
    # Texts made of parts.
    ('"Accuracy: " + toDisplayString', '__say("Accuracy:") + " " + toDisplayString'),
    ('"Latitude: " + toDisplayString', '__say("Latitude:") + " " + toDisplayString'),
    ('"Longitude: " + toDisplayString', '__say("Longitude:") + " " + toDisplayString'),
    ('" Location will be saved at " + toDisplayString', '__say("The location will be saved at") + " " + toDisplayString'),
    ('" Previous saved location at " + toDisplayString', '__say("The location saved before is within") + " " + toDisplayString'),
    ('createTextVNode("Time taken to capture location: ", -1)', 'createTextVNode(__say("Time taken to find the location:") + " ", -1)'),
    ('createTextVNode(" Add ", -1)', 'createTextVNode(__say("Add") + " ", -1)'),
    ('{ class: "label-text" }, " Okay ", -1)', '{ class: "label-text" }, __say("OK"), -1)'),
    ('"Condition not satisfied: constraint"', '__say("This answer is not valid.")'),
    ('"Condition not satisfied: required"', '__say("An answer is needed here.")'),
    ('"1 question with error."', '__say("One question has an error.")'),
    ("`${QA} questions with errors.`", '__say("Questions with errors:") + ` ${QA}`'),
    ('"🚧 Support for non-image uploads is pending. 🚧"', '__say("Files other than pictures cannot be sent from a browser yet.")'),
    ('label: "Cancel",', 'label: __say("Cancel"),'),
    ('label: "Send",', 'label: __say("Finish and send"),'),
    ('"map-error-message" }, " Unable to load map "', '"map-error-message" }, __say("The map cannot be shown.")'),
]
# Texts that stand alone in the code, told by what is before them; each must be there at least once.
MAIN_TEXTS = [
    "An error occurred while loading this form", "Technical error details", "change language", "Change language",
    "Good accuracy", "Poor accuracy", "Unknown accuracy", "Finding your location", "Save location", "Get location",
    "Try again", "Cannot access location",
    "Grant location permission in the browser settings and make sure location is turned on.", "Rank items",
    "Remove", "Repeat Item", "Captured image preview", "Take picture", "Choose image", "Powered by",
    "Location unavailable. Enable GPS and browser permissions, then restart the form to try again.",
]  # fmt: skip
MAP = [
    # No tiles from elsewhere: the shape is drawn on blank ground.
    ("layers: [new wy({ source: new Xy() })],", "layers: [],"),
    ('class: "close-icon",', 'class: "close-icon",\n          "aria-label": __say("Close"),'),
    ('class: "close-full-screen",', 'class: "close-full-screen",\n                "aria-label": __say("Close"),'),
    ('title: "Full Screen",', 'title: __say("Full Screen"),\n          "aria-label": __say("Full Screen"),'),
    ('title: "Zoom to fit",', 'title: __say("Zoom to fit"),\n          "aria-label": __say("Zoom to fit"),'),
    ('title: "Zoom to current location",', 'title: __say("Zoom to current location"),\n          "aria-label": __say("Zoom to current location"),'),
    ('title: "Delete",', 'title: __say("Delete"),\n          "aria-label": __say("Delete"),'),
    ('title: "Undo last change",', 'title: __say("Undo last change"),\n          "aria-label": __say("Undo last change"),'),
    ('" Longitude is invalid "', '__say("This longitude is not valid.")'),
    ('" Latitude is invalid "', '__say("This latitude is not valid.")'),
    (
        '" Are you sure you want to delete this entire shape and start over? "',
        '__say("Do you want to delete this whole shape and start over?")',
    ),
    (
        '" Are you sure you want to delete this entire trace and start over? "',
        '__say("Do you want to delete this whole line and start over?")',
    ),
    ("`Longitude: ${h}`, `Latitude: ${u}`", '__say("Longitude:") + ` ${h}`, __say("Latitude:") + ` ${u}`'),
    ("`Altitude: ${d} m`", '__say("Altitude:") + ` ${d} m`'),
    ("`Accuracy: ${ld(f, { decimals: 3 })}`", '__say("Accuracy:") + ` ${ld(f, { decimals: 3 })}`'),
    ("`${d} points saved`", '__say("Points saved:") + ` ${d}`'),
    ('"Reset rotation"', '__say("Reset rotation")'),
    ('"Zoom in"', '__say("Zoom in")'),
    ('"Zoom out"', '__say("Zoom out")'),
]
MAP_TEXTS = [
    "Longitude", "Latitude", "Altitude", "Accuracy", "Import data to replace location", "Delete entire shape?",
    "Delete entire trace?", "Delete", "Graphics issue detected",
    "Your browser cannot display the map now. Enable graphics acceleration settings.", "Cannot access location",
    "Grant location permission in the browser settings and make sure location is turned on.",
    "Remove selection", "Save selected", "No trace saved", "No shape saved", "No point saved", "Point saved",
    "Trace saved", "Shape saved", "Feature saved", "Capturing location...", "Remove", "Remove point",
    "View details", "Advanced", "File is empty.", "Unsupported file type. Please upload a .geojson file.",
    "Failed to parse file. Ensure it is a valid GeoJSON.", "Incorrect geometry type.", "Paste data in ODK format",
    "Enter as: Lat Long Alt Acc (e.g. 45.5 -122.6 15 2; 45.6 -122.7 12 3)", "Upload a GeoJSON file",
    "Upload file", "Save", "Press and drag to move a point", "Tap to place a point", "Tap to move point",
    "Use the location button to center on your current location", "Get location",
]  # fmt: skip
# Where a text of the page may stand: an attribute or member of these names, a child of an element, an alternative.
BEFORE = (
    r"(?:(?:label|title|header|alt|message|placed|default|literal|DIALOG_TITLE|DETAILS_SUMMARY_LABEL|"
    r'"aria-label"|\[[A-Z_.]+\])\s*:\s*|(?:VNode|_e|N)\("\w+", [^\n]{0,60}?, |\bv\(|\? |\bS = |value = |: )'
)


def once(text: str, old: str, new: str) -> str:
    """`text` with `old` replaced, which must be there exactly once."""
    if text.count(old) != 1:
        sys.exit(f"found {text.count(old)} times, not once: {old}")
    return text.replace(old, new)


def patched(text: str, pairs: list[tuple[str, str]], texts: list[str]) -> str:
    """The chunk with its replacements, its texts asked for by `__say`."""
    for old, new in pairs:
        text = once(text, old, new)
    for said in texts:
        text, found = re.subn(f'({BEFORE})"{re.escape(said)}"', rf'\1{SAY}("{said}")', text)
        if not found:
            sys.exit(f"not found as a text: {said}")
    first, rest = text.split("\n", 1)
    return f"{first}\n{IMPORT}{rest}" if first.startswith("import") else IMPORT + text


def style_sheet(injector: str, used: str) -> str:
    """The component's CSS out of the script that injects it, without fonts and utility classes nobody uses."""
    css = re.search(r"createTextNode\('(.*?)'\)\),document\.head", injector, re.DOTALL)
    if css is None:
        sys.exit("the style sheet was not found in index.js")
    text = css.group(1).replace("\\'", "'").replace("\\\\", "\\")
    text = re.sub(r"@font-face\{[^}]*\}", "", text)
    # PrimeFlex: rules of one class, hundreds of kilobytes of them; a handful is named in the code.
    names = set(re.findall(r"[\w:.-]+", used))

    def kept(rule: re.Match[str]) -> str:
        name = rule.group(1).replace("\\", "")
        return rule.group(0) if name in names else ""

    return re.sub(r"(?<=[{};])\.((?:[\w-]|\\.)+)(?::(?:hover|focus|active))?\{[^{}]*!important[^{}]*\}", kept, text)


def main(dist: Path, words: Path) -> None:
    """Patch every file of the package."""
    chunk, map_chunk = next(dist.glob("index-*.js")), next(dist.glob("MapBlock-*.js"))
    main_text = patched(chunk.read_text(), MAIN, MAIN_TEXTS)
    map_text = patched(map_chunk.read_text(), MAP, MAP_TEXTS)
    index = dist / "index.js"
    injector, exports = index.read_text().split("\n", 1)
    (dist / "web-forms.css").write_text(style_sheet(injector, main_text + map_text))
    chunk.write_text(main_text)
    map_chunk.write_text(map_text)
    index.write_text(exports)
    said = sorted(set(re.findall(rf'{SAY}\("([^"]+)"\)', main_text + map_text)))
    lines = "".join(f'    _("{text}"),\n' for text in said)
    words.write_text(
        '"""Texts of ODK Web Forms, as scripts/vendor found them; written by it."""\n\n'
        "from typing import Final\n\n"
        "from django.utils.translation import gettext_noop as _\n\n"
        f"COMPONENT_TEXTS: Final = (\n{lines})\n"
    )


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
