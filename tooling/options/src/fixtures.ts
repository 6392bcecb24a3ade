// What several calls need: a small model with each head, its tokenizer, and inputs.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as checkpoints from "@bertkit/checkpoints";
import * as encoder from "@bertkit/encoder";
import * as heads from "@bertkit/heads";
import { Dense, type NameRule, Rng } from "@bertkit/nn";
import * as pretraining from "@bertkit/pretraining";
import * as tokenizers from "@bertkit/tokenizer";
import * as tf from "@tensorflow/tfjs-core";
import { afterAll } from "vitest";

export const temporaryFolder = mkdtempSync(join(tmpdir(), "bertkit-options-"));
afterAll(() => rmSync(temporaryFolder, { recursive: true, force: true }));

const words = "the a good bad film plot was ##s".split(" ");
export const vocabulary = new tokenizers.Vocabulary(["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", ...words]);
export const tokenizer = tokenizers.bertTokenizer({ vocabulary });
export const config: encoder.BertConfig = {
  ...encoder.bertSizes.tiny,
  vocabularySize: vocabulary.size,
  hiddenSize: 8,
  hiddenLayers: 1,
  attentionHeads: 2,
  intermediateSize: 8,
  maxPositionEmbeddings: 32,
};
export const rng = (): Rng => new Rng(0);
export const bert = encoder.createBert(config, rng());
export const maskedLm = new pretraining.MaskedLmHead({ encoder: bert, rng: rng() });
export const labels = ["bad", "good"];
export const classifier = new heads.SequenceClassifier({ encoder: bert, rng: rng(), labels });
export const tagger = new heads.TokenClassifier({ encoder: bert, rng: rng(), labels: ["O", "B-FILM"] });
export const answerer = new heads.QuestionAnswerer({ encoder: bert, rng: rng() });
export const embedder = new heads.SentenceEmbedder({ encoder: bert });
export const relevance = new heads.SequenceClassifier({ encoder: bert, rng: rng(), labels: ["relevance"] });
export const crossEncoder = new heads.CrossEncoder({ classifier: relevance });
export const chooser = new heads.MultipleChoice({ encoder: bert, rng: rng() });
export const parts = { config, tokenizer, encoder: bert };

export const text = "the good film";
export const question = { question: "the film", context: "a good film" };
const encoded = tokenizer.encodeBatch([text]);
export const inputs = encoder.bertInputs(encoded);
export const batch = {
  ...encoded,
  inputIds: Int32Array.of(2, 5, 4, 3),
  attentionMask: new Int32Array(4).fill(1),
  tokenTypeIds: new Int32Array(4),
  shape: [1, 4] as [number, number],
};

export const size = 8;
export const vectors = tf.tensor2d([[1, 0], [0, 1]]); // prettier-ignore

export const pretrainingVocabulary = { size: vocabulary.size, classificationId: 1, separatorId: 2, maskId: 3 };
export const documents = [[[5, 6, 7], [8, 9]], [[10, 11], [7]]]; // prettier-ignore
export const instanceShape = { length: 8, maxPredictions: 4 };

export const memory = (): checkpoints.Folder => checkpoints.memoryFolder();
export const source = (): checkpoints.TensorSource => checkpoints.variableSource({ dense: dense() }, denseNames);
export const dense = (): Dense => new Dense({ inputSize: 1, outputSize: 1, rng: rng() });
export const denseNames: NameRule[] = ["kernel", "bias"].map((name) => ({ path: `dense.${name}`, name }));
/** Why functions of the hub are only called with invalid options. */
export const offline = "valid options would use the network";
