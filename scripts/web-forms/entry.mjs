/* What the pages take of Vue and of ODK Web Forms, and nothing else. */
export { createApp, h } from "vue";
export { OdkWebForm, webFormsPlugin } from "./dist/index.js";
