export { createInstances, type CreateInstancesOptions } from "./create-instances.ts";
export { documentIds } from "./document-ids.ts";
export type { InstanceOptions } from "./instance-options.ts";
export { pretrainingBatch, type PretrainingBatch, type PretrainingBatchShape } from "./pretraining-batch.ts";
export { pretrainingBatches, type PretrainingBatchesOptions } from "./pretraining-batches.ts";
export type { PretrainingInstance, TokenDocument } from "./pretraining-instance.ts";
export { pretrainingInstances, type PretrainingInstancesOptions } from "./pretraining-instances.ts";
export { pretrainingVocabulary, type PretrainingVocabulary } from "./pretraining-vocabulary.ts";
export { PythonRandom } from "./python-random.ts";
