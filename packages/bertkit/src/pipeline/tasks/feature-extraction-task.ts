import { checkOptions, oneOf, type Rules, trueOrFalse } from "@bertkit/checks";
import { encodeRows, type SentencePooling } from "@bertkit/heads";
import { PooledVectors, toUnitLength } from "../../inference/pooled.ts";
import { callRules, type CallOptions, runOptions } from "../call-options.ts";
import { Features } from "../features.ts";
import { type LoadedPipeline, made, type PipelineModel } from "../pipeline-model.ts";
import { runStream } from "../stream.ts";
import { checkEachInput, checkMany, isStream, type PipelineInput } from "../texts.ts";

export type FeaturePooling = "none" | "mean" | "cls" | "first_token" | "eos" | "last_token";

const poolings: Readonly<Record<FeaturePooling, "none" | SentencePooling>> = {
  none: "none",
  mean: "mean",
  cls: "cls",
  first_token: "cls",
  eos: "lasttoken",
  last_token: "lasttoken",
};

export interface FeatureExtractionCall extends CallOptions {
  /** How a text's token vectors become one. Default "none": every token's own. */
  readonly pooling?: FeaturePooling;
  /** Scale every vector to length one. Default false. */
  readonly normalize?: boolean;
}

/**
 * Vectors: dims [texts, size], or without a pooling [texts, tokens, size], zeros where a text is shorter than the longest.
 * One text is a list of one. Of an async iterable those of every text by itself.
 */
export interface FeatureExtractionPipeline extends LoadedPipeline {
  (text: string | readonly PipelineInput[], options?: FeatureExtractionCall): Promise<Features>;
  (texts: AsyncIterable<PipelineInput>, options?: FeatureExtractionCall): AsyncGenerator<Features, void, undefined>;
}

const task = "feature-extraction";
const rules: Rules<FeatureExtractionCall> = {
  ...callRules,
  pooling: oneOf(Object.keys(poolings)),
  normalize: trueOrFalse,
};

export function featureExtractionTask({ config, tokenizer, encoder }: PipelineModel): FeatureExtractionPipeline {
  const vectors = new PooledVectors(encoder, tokenizer.special.padding.id);
  const size = encoder.hiddenSize;
  const call = (
    input: string | readonly PipelineInput[] | AsyncIterable<PipelineInput>,
    options: FeatureExtractionCall = {},
  ): unknown => {
    checkOptions(task, options, rules);
    const { pooling = "none", normalize = false, signal } = options;
    const limits = runOptions(options, config.maxPositionEmbeddings);
    const run = async (texts: readonly PipelineInput[], from = 0): Promise<Float32Array[]> => {
      checkEachInput(task, texts, from);
      const rows = encodeRows(texts, tokenizer, { maxLength: limits.maxLength });
      const results = await vectors.runner(poolings[pooling]).run(rows, limits);
      if (normalize)
        for (const result of results)
          for (let start = 0; start < result.length; start += size) toUnitLength(result.subarray(start, start + size));
      return results;
    };
    const together = (results: readonly Float32Array[]): Features => {
      const longest = results.reduce((most, { length }) => Math.max(most, length), 0);
      const data = new Float32Array(results.length * longest);
      results.forEach((result, i) => data.set(result, i * longest));
      return new Features(data, pooling === "none" ? [results.length, longest / size, size] : [results.length, size]);
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
  return made(call, () => vectors.dispose());
}
