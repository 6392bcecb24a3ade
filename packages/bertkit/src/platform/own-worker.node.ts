// Selected by the "node" condition in package.json's imports.
export { pipelineWorker as ownWorker } from "./pipeline-worker.node.ts";
