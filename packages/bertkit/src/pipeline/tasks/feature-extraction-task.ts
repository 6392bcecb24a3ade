import { checkOptions, oneOf, type Rules, trueOrFalse } from "@bertkit/checks";
import { encodeRows, type SentencePooling } from "@bertkit/heads";
import { type PooledVectors, pooledVectorsOf, toUnitLength } from "../../inference/pooled.ts";
import { preparedTexts, sentenceSettings } from "../../model/sentence-files.ts";
import { callRules, type CallOptions, runOptions } from "../call-options.ts";
import { type FeatureData, Features } from "../features.ts";
import { type LoadedPipeline, made, type PipelineModel } from "../pipeline-model.ts";
import { type BinaryPrecision, quantizeFeatures } from "../quantize-features.ts";
import { runStream } from "../stream.ts";
import { checkEachInput, checkMany, isStream, type PipelineInput } from "../texts.ts";

export type FeaturePooling = "none" | "sentence" | "mean" | "cls" | "first_token" | "eos" | "last_token";

const poolings: Readonly<Record<Exclude<FeaturePooling, "sentence">, "none" | SentencePooling>> = {
  none: "none",
  mean: "mean",
  cls: "cls",
  first_token: "cls",
  eos: "lasttoken",
  last_token: "lasttoken",
};

export interface FeatureExtractionCall extends CallOptions {
  /**
   * How a text's token vectors are pooled. Default "none": one vector per token. "sentence": as in sentence-transformers,
   * from the folder's modules.json, 1_Pooling/config.json, sentence_bert_config.json and
   * config_sentence_transformers.json, which also set normalization, the maximum length and a prompt; the mean if there
   * are no such files.
   */
  readonly pooling?: FeaturePooling;
  /** Scale every vector to length one. Default false; with "sentence", as in the folder. */
  readonly normalize?: boolean;
  /** Whether pooled vectors are bits: dims [texts, size / 8]. Default false. */
  readonly quantize?: boolean;
  /** Bytes of the bits: "binary" from -128 as int8, or "ubinary" from 0 as uint8. Only with `quantize`. Default "binary". */
  readonly precision?: BinaryPrecision;
}

type Plain = FeatureExtractionCall & { readonly quantize?: false };
type Signed = FeatureExtractionCall & { readonly quantize: true; readonly precision?: "binary" };
type Unsigned = FeatureExtractionCall & { readonly quantize: true; readonly precision: "ubinary" };

/**
 * Vectors with dims [texts, size], or without pooling [texts, tokens, size], with zeros for padding. One text is like a
 * list of one. An async iterable gives each text's vectors separately.
 */
export interface FeatureExtractionPipeline extends LoadedPipeline {
  (text: string | readonly PipelineInput[], options: Signed): Promise<Features<Int8Array>>;
  (text: string | readonly PipelineInput[], options: Unsigned): Promise<Features<Uint8Array>>;
  (texts: AsyncIterable<PipelineInput>, options: Signed): AsyncGenerator<Features<Int8Array>, void, undefined>;
  (texts: AsyncIterable<PipelineInput>, options: Unsigned): AsyncGenerator<Features<Uint8Array>, void, undefined>;
  (text: string | readonly PipelineInput[], options?: Plain): Promise<Features>;
  (texts: AsyncIterable<PipelineInput>, options?: Plain): AsyncGenerator<Features, void, undefined>;
  (text: string | readonly PipelineInput[], options: FeatureExtractionCall): Promise<Features<FeatureData>>;
  (
    texts: AsyncIterable<PipelineInput>,
    options: FeatureExtractionCall,
  ): AsyncGenerator<Features<FeatureData>, void, undefined>;
}

const task = "feature-extraction";
const rules: Rules<FeatureExtractionCall> = {
  ...callRules,
  pooling: oneOf(["sentence", ...Object.keys(poolings)]),
  normalize: trueOrFalse,
  quantize: trueOrFalse,
  precision: oneOf(["binary", "ubinary"]),
};

export function featureExtractionTask(
  model: PipelineModel,
  vectors: PooledVectors = pooledVectorsOf(model),
): FeatureExtractionPipeline {
  const { tokenizer, encoder, sentenceFiles } = model;
  const size = encoder.hiddenSize;
  const call = (
    input: string | readonly PipelineInput[] | AsyncIterable<PipelineInput>,
    options: FeatureExtractionCall = {},
  ): unknown => {
    checkOptions(task, options, rules);
    const { pooling = "none", quantize = false, precision = "binary", signal } = options;
    const settings = pooling === "sentence" ? sentenceSettings(sentenceFiles) : {};
    const chosen = pooling === "sentence" ? (settings.pooling ?? "mean") : poolings[pooling];
    const normalize = options.normalize ?? settings.normalize ?? false;
    const limits = runOptions(options, model, settings.maxLength);
    const run = async (texts: readonly PipelineInput[], from = 0): Promise<Float32Array[]> => {
      checkEachInput(task, texts, from);
      const rows = encodeRows(preparedTexts(texts, settings), tokenizer, { maxLength: limits.maxLength });
      const results = await vectors.runner(chosen).run(rows, limits);
      if (normalize)
        for (const result of results) {
          const step = pooling === "none" ? size : result.length;
          for (let start = 0; start < result.length; start += step) toUnitLength(result.subarray(start, start + step));
        }
      return results;
    };
    const together = (results: readonly Float32Array[]): Features<FeatureData> => {
      const longest = results.reduce((most, { length }) => Math.max(most, length), 0);
      const data = new Float32Array(results.length * longest);
      results.forEach((result, i) => data.set(result, i * longest));
      const dims = pooling === "none" ? [results.length, longest / size, size] : [results.length, longest];
      const features = new Features(data, dims);
      return quantize ? quantizeFeatures(task, features, precision) : features;
    };
    if (isStream<PipelineInput>(input))
      return runStream(
        input,
        async (texts, from) => (await run(texts, from)).map((result) => together([result])),
        signal,
      );
    if (typeof input === "string") return run([input]).then(together);
    checkMany(task, "texts", input);
    return run(input).then(together);
  };
  return made(task, model, call, () => vectors.dispose());
}
