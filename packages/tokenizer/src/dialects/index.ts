export { google } from "./google.ts";
export { tfText } from "./tf-text.ts";
