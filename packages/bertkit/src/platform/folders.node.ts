// Chosen by the condition "node" of package.json's imports.
export { hubFolder, localFolder } from "@bertkit/checkpoints/node";
