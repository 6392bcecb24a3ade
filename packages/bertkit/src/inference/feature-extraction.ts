import { checkObject, checkOptions, checkTextInputs } from "@bertkit/checks";
import type { BertConfig, Encoder } from "@bertkit/encoder";
import { encodeRows, type SentenceModuleFiles } from "@bertkit/heads";
import type { TextInput, Tokenizer } from "@bertkit/tokenizer";
import { longestText } from "../model/longest-text.ts";
import { preparedTexts, sentenceSettings } from "../model/sentence-files.ts";
import { RowRunner, type RunOptions } from "./row-runner.ts";
import { featureExtractionRules } from "./option-rules.ts";
import { type Pooling, poolTokens } from "./pool-tokens.ts";

export interface FeatureExtractionOptions extends RunOptions {
  /** How a text's token vectors are pooled. Default: as in the model's `sentenceFiles`, else "mean". */
  readonly pooling?: Pooling;
  /**
   * Scale every vector to length one, so that a dot product is a cosine. Default: as in the model's `sentenceFiles`, else
   * false.
   */
  readonly normalize?: boolean;
}

/** The parts of a model that `featureExtraction` uses. */
export interface FeatureModel {
  readonly config: BertConfig;
  readonly tokenizer: Tokenizer;
  readonly encoder: Encoder;
  /** The settings in sentence-transformers' files, from `fromPretrained`. */
  readonly sentenceFiles?: SentenceModuleFiles;
  /** Maximum tokens per text, if the folder states one, from `fromPretrained`. */
  readonly maxLength?: number;
}

/** Computes one vector per text or pair, float32 [hiddenSize]. */
export interface FeatureExtraction {
  (input: string): Promise<Float32Array>;
  (inputs: readonly TextInput[]): Promise<Float32Array[]>;
}

/**
 * Returns a function from texts to vectors. For a folder of sentence-transformers the vectors equal those of
 * `SentenceTransformer.encode`: modules.json, 1_Pooling/config.json and sentence_bert_config.json set the default of
 * pooling, normalization, maximum length and lowercasing, and config_sentence_transformers.json a prompt before each text
 * or the first of a pair. Texts are truncated to `maxLength`, by default that of these files, else the model's, and at
 * most the encoder's maximum.
 *
 * @throws RangeError if these files name a module or setting that is not supported
 */
export function featureExtraction(model: FeatureModel, given: FeatureExtractionOptions = {}): FeatureExtraction {
  checkOptions("featureExtraction", given, featureExtractionRules);
  checkObject(
    "featureExtraction",
    "model",
    model,
    "a loaded model or { config, tokenizer, encoder }",
    "config",
    "tokenizer",
    "encoder",
  );
  const { tokenizer, encoder, sentenceFiles } = model;
  const settings = sentenceSettings(sentenceFiles);
  const { pooling = settings.pooling ?? "mean", normalize = settings.normalize ?? false, ...rest } = given;
  const maxLength = longestText(model, given.maxLength ?? settings.maxLength);
  const runner = new RowRunner(poolTokens(encoder, { pooling, normalize }), "row", tokenizer.special.padding.id);
  const extract = async (inputs: readonly TextInput[]): Promise<Float32Array[]> => {
    checkTextInputs("featureExtraction", "inputs", inputs);
    const rows = encodeRows(preparedTexts(inputs, settings), tokenizer, { maxLength });
    return runner.run(rows, { ...rest, maxLength });
  };
  return (async (input: string | readonly TextInput[]) =>
    typeof input === "string" ? (await extract([input]))[0]! : extract(input)) as FeatureExtraction;
}
