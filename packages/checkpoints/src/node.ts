export { localFolder, type LocalFolder } from "./folders/local-folder.ts";
export { hubFolder } from "./hub/hub-folder.ts";
