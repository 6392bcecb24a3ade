// Compiled, never run: typed functions, loaded states and custom models are accepted.
import { type Folder, loadTensors } from "@bertkit/checkpoints";
import type { Encoder } from "@bertkit/encoder";
import { compile } from "@bertkit/backend-onnxruntime/compile";
import { exportOnnx } from "@bertkit/backend-onnxruntime/export";
import { restoreTrainingState, type TrainingParts } from "@bertkit/training";
import * as tf from "@tensorflow/tfjs-core";
import { bert, distilBert, fromPretrained, loadModel, type PretrainedParts, saveModel } from "./index.ts";

declare const folder: Folder;
declare const parts: TrainingParts;
declare const ids: tf.Tensor2D;

export const restored = async (): Promise<void> => restoreTrainingState(parts, await loadTensors(folder, "state"));

const typed = ({ ids }: { ids: tf.Tensor2D }): tf.Tensor2D => tf.cast(ids, "float32");
export const exported = exportOnnx(typed, { ids });
export const anyRank = exportOnnx(typed, { ids: tf.zeros([1, 8], "int32") });
export const untyped = exportOnnx((inputs) => inputs["ids"]!, { ids });
export const compiled: tf.Tensor2D = compile(typed)({ ids });
// @ts-expect-error an example of each input
exportOnnx(typed, { masks: ids });

// A custom encoder is a part like BERT's.
export const own = (
  encoder: Encoder,
  rest: Omit<PretrainedParts, "encoder">,
): Pick<PretrainedParts<Encoder>, "encoder"> => ({
  ...rest,
  encoder,
});

// The model's type follows from the families.
export const loaded = async (): Promise<void> => {
  (await fromPretrained(folder)).tokenizer.encode("a");
  (await fromPretrained(folder, { families: [distilBert] })).encoder.layers.at(0);
  const either = await fromPretrained(folder, { families: [bert, distilBert] });
  either.encoder.embeddings.word.table.print();
  // @ts-expect-error only a BERT has a tokenizer
  either.tokenizer.encode("a");
  await saveModel(folder, { any: either });
  await loadModel("a/folder", { any: either });
};
