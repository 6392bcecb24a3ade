export { localFolder, type LocalFolder } from "./folders/local-folder.ts";
