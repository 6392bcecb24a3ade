import { checkOptions } from "@bertkit/checks";
import type { BertConfig, Encoder } from "@bertkit/encoder";
import { encodeRows } from "@bertkit/heads";
import type { TextInput, Tokenizer } from "@bertkit/tokenizer";
import { RowRunner, type RunOptions } from "./row-runner.ts";
import { featureExtractionRules } from "./option-rules.ts";
import { type Pooling, poolTokens } from "./pool-tokens.ts";

export interface FeatureExtractionOptions extends RunOptions {
  /** How a text's token vectors become one. Default "mean". */
  readonly pooling?: Pooling;
  /** Scale every vector to length one, so that a dot product is a cosine. Default false. */
  readonly normalize?: boolean;
}

/** What `featureExtraction` needs of a model. */
export interface FeatureModel {
  readonly config: BertConfig;
  readonly tokenizer: Tokenizer;
  readonly encoder: Encoder;
}

/** One vector for a text or a pair, or as many as you like: float32 [hiddenSize] each. */
export interface FeatureExtraction {
  (input: string): Promise<Float32Array>;
  (inputs: readonly TextInput[]): Promise<Float32Array[]>;
}

/**
 * A function from texts to vectors. Texts are cut at `maxLength`, the encoder's own by default. sentence-transformers'
 * models want the pooling and normalisation that their 1_Pooling/config.json and modules.json name.
 */
export function featureExtraction(
  { config, tokenizer, encoder }: FeatureModel,
  given: FeatureExtractionOptions = {},
): FeatureExtraction {
  checkOptions("featureExtraction", given, featureExtractionRules);
  const { pooling = "mean", normalize = false, maxLength = config.maxPositionEmbeddings, ...rest } = given;
  const runner = new RowRunner(
    (batch) => poolTokens(encoder, batch, { pooling, normalize }),
    "row",
    tokenizer.special.padding.id,
  );
  const extract = async (inputs: readonly TextInput[]): Promise<Float32Array[]> =>
    runner.run(encodeRows(inputs, tokenizer, { maxLength }), { ...rest, maxLength });
  return (async (input: string | readonly TextInput[]) =>
    typeof input === "string" ? (await extract([input]))[0]! : extract(input)) as FeatureExtraction;
}
