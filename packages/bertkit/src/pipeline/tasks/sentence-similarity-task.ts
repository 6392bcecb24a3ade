import { checkOptions, type Rules } from "@bertkit/checks";
import { encodeRows } from "@bertkit/heads";
import { type PooledVectors, pooledVectorsOf, toUnitLength } from "../../inference/pooled.ts";
import { preparedTexts, sentenceSettings } from "../../model/sentence-files.ts";
import { callRules, type CallOptions, runOptions } from "../call-options.ts";
import { type LoadedPipeline, made, type PipelineModel } from "../pipeline-model.ts";
import { runStream } from "../stream.ts";
import { checkEachText, checkMany, checkOneText, isStream } from "../texts.ts";

/**
 * The cosine similarity of one sentence with each of several, -1 to 1. Vectors are pooled as set in the folder's
 * sentence-transformers files, else by the mean.
 */
export interface SentenceSimilarityPipeline extends LoadedPipeline {
  (source: string, sentence: string, options?: CallOptions): Promise<number>;
  (source: string, sentences: readonly string[], options?: CallOptions): Promise<number[]>;
  (source: string, sentences: AsyncIterable<string>, options?: CallOptions): AsyncGenerator<number, void, undefined>;
}

const task = "sentence-similarity";
const rules: Rules<CallOptions> = callRules;

export function sentenceSimilarityTask(
  model: PipelineModel,
  vectors: PooledVectors = pooledVectorsOf(model),
): SentenceSimilarityPipeline {
  const { tokenizer, sentenceFiles } = model;
  const settings = sentenceSettings(sentenceFiles);
  const { pooling = "mean", maxLength } = settings;
  const call = (
    source: string,
    input: string | readonly string[] | AsyncIterable<string>,
    options: CallOptions = {},
  ): unknown => {
    checkOptions(task, options, rules);
    checkOneText(task, "the source", source);
    const limits = runOptions(options, model, maxLength);
    const embed = async (texts: readonly string[]): Promise<Float32Array[]> => {
      const rows = encodeRows(preparedTexts(texts, settings), tokenizer, { maxLength: limits.maxLength });
      return (await vectors.runner(pooling).run(rows, limits)).map(toUnitLength);
    };
    const cosine = (one: Float32Array, other: Float32Array): number =>
      one.reduce((sum, value, i) => sum + value * other[i]!, 0);
    const run = async (sentences: readonly string[]): Promise<number[]> => {
      checkEachText(task, "sentences", sentences);
      const [first, ...others] = await embed([source, ...sentences]);
      return others.map((other) => cosine(first!, other));
    };
    if (isStream<string>(input)) {
      let first: Promise<Float32Array> | undefined;
      return runStream(
        input,
        async (sentences, from) => {
          checkEachText(task, "sentences", sentences, from);
          first ??= embed([source]).then(([vector]) => vector!);
          const own = await first;
          return (await embed(sentences)).map((other) => cosine(own, other));
        },
        options.signal,
      );
    }
    if (typeof input === "string") return run([input]).then(([score]) => score);
    checkMany(task, "sentences", input);
    return run(input);
  };
  return made(task, model, call, () => vectors.dispose());
}
