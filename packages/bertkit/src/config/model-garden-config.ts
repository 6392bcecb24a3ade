import { CheckpointError, type TensorDescription } from "@bertkit/checkpoints";
import { bertDefaults } from "@bertkit/encoder";
import { checkFileConfig } from "./config-error.ts";
import type { FolderConfig } from "./hugging-face-config.ts";

/**
 * The config of a Model Garden `BertEncoder`, derived from the shapes of its variables, with the approximate GELU and
 * otherwise the defaults of published BERTs. `scope` is the prefix of its names. Throws a CheckpointError that names a
 * variable which is missing or has another shape.
 */
export function modelGardenConfig(entries: ReadonlyMap<string, TensorDescription>, scope: string): FolderConfig {
  const shapeOf = (axes: number, ...names: string[]): readonly number[] => {
    const shape = names.map((name) => entries.get(scope + name)?.shape).find((found) => found !== undefined);
    if (shape?.length === axes) return shape;
    throw new CheckpointError(
      "NAMES",
      `fromPretrained: the SavedModel is not a BERT of TensorFlow's Model Garden: "${names[0]}" should have ${axes} axes, got ${shape?.length ?? "no such variable"}.`,
    );
  };
  const [vocabularySize, hiddenSize] = shapeOf(2, "word_embeddings/embeddings");
  const [positions] = shapeOf(2, "position_embedding/embeddings", "position_embedding/position_embeddings");
  const [types] = shapeOf(2, "type_embeddings/embeddings");
  const [, heads] = shapeOf(3, "transformer/layer_0/self_attention/query/kernel");
  const [, intermediateSize] = shapeOf(2, "transformer/layer_0/intermediate/kernel");
  let hiddenLayers = 0;
  while (entries.has(`${scope}transformer/layer_${hiddenLayers}/intermediate/kernel`)) hiddenLayers++;
  const bert = {
    ...bertDefaults,
    vocabularySize: vocabularySize!,
    hiddenSize: hiddenSize!,
    hiddenLayers,
    attentionHeads: heads!,
    intermediateSize: intermediateSize!,
    maxPositionEmbeddings: positions!,
    typeVocabularySize: types!,
    activation: "gelu_tanh",
  } as const;
  checkFileConfig(bert);
  return { bert, architectures: [] };
}
