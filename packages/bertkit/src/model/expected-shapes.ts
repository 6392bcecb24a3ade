import type { ImportTarget } from "@bertkit/checkpoints";
import type { BertConfig } from "@bertkit/encoder";

/** The heads of a folder; for a classifier, its number of outputs. */
export interface ExpectedHeads {
  readonly maskedLm?: boolean;
  readonly nextSentence?: boolean;
  readonly classifier?: number;
  readonly tokenClassifier?: number;
  readonly multipleChoice?: number;
  readonly questionAnswerer?: boolean;
}

/** The path and shape of every variable that `createBert` and the heads would create from a config. */
export function expectedShapes(config: BertConfig, heads: ExpectedHeads): Map<string, ImportTarget> {
  const { vocabularySize, hiddenSize: size, intermediateSize, maxPositionEmbeddings, attentionHeads } = config;
  const targets = new Map<string, ImportTarget>();
  const add = (path: string, ...shape: number[]): void => void targets.set(path, { shape, dtype: "float32" });
  const dense = (path: string, inputs: number, outputs: number): void => {
    add(`${path}.kernel`, inputs, outputs);
    add(`${path}.bias`, outputs);
  };
  const norm = (path: string): void => {
    add(`${path}.gamma`, size);
    add(`${path}.beta`, size);
  };
  const relative = (config.positionEmbedding ?? "absolute") !== "absolute";
  add("encoder.embeddings.word.table", vocabularySize, size);
  if (!relative) add("encoder.embeddings.position.table", maxPositionEmbeddings, size);
  add("encoder.embeddings.tokenType.table", config.typeVocabularySize, size);
  norm("encoder.embeddings.norm");
  for (let i = 0; i < config.hiddenLayers; i++) {
    const layer = `encoder.layers.${i}`;
    for (const part of ["query", "key", "value", "output"]) dense(`${layer}.attention.${part}`, size, size);
    if (relative)
      add(`${layer}.attention.positions.distance.table`, 2 * maxPositionEmbeddings - 1, size / attentionHeads);
    norm(`${layer}.attentionNorm`);
    dense(`${layer}.feedForward.expand`, size, intermediateSize);
    dense(`${layer}.feedForward.contract`, intermediateSize, size);
    norm(`${layer}.feedForwardNorm`);
  }
  if (config.pooler) dense("encoder.pooler.dense", size, size);
  if (heads.maskedLm) {
    dense("maskedLm.dense", size, size);
    norm("maskedLm.norm");
    add("maskedLm.bias", vocabularySize);
  }
  if (heads.nextSentence) dense("nextSentence.dense", size, 2);
  if (heads.classifier !== undefined) dense("classifier.dense", size, heads.classifier);
  if (heads.tokenClassifier !== undefined) dense("tokenClassifier.dense", size, heads.tokenClassifier);
  if (heads.multipleChoice !== undefined) dense("multipleChoice.dense", size, heads.multipleChoice);
  if (heads.questionAnswerer) dense("questionAnswerer.dense", size, 2);
  return targets;
}
