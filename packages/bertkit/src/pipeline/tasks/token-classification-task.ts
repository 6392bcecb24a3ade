import { arrayOf, checkOptions, oneOf, type Rules, text } from "@bertkit/checks";
import { aggregateTokens, aggregationStrategies, type AggregationStrategy } from "@bertkit/heads";
import { parseTag } from "@bertkit/metrics";
import type { Encoding, Tokenizer } from "@bertkit/tokenizer";
import { RowRunner } from "../../inference/row-runner.ts";
import { callRules, type CallOptions, runOptions } from "../call-options.ts";
import { type LoadedPipeline, made, type PipelineModel, requirePart } from "../pipeline-model.ts";
import { runStream } from "../stream.ts";
import { checkEachText, checkMany, isStream } from "../texts.ts";

export interface TokenClassificationCall extends CallOptions {
  /** Labels that are omitted; for entities, types such as "PER", or all labels of a type. Default ["O"]. */
  readonly ignore_labels?: readonly string[];
  /** How tokens are grouped: see `AggregationStrategy`. Default "none". */
  readonly aggregation_strategy?: AggregationStrategy;
}

interface Place {
  readonly score: number;
  /** Decoded by the tokenizer, unknown words as in the text; the original text is `text.slice(start, end)`. */
  readonly word: string;
  /** Index of the first character, in UTF-16 units. */
  readonly start: number;
  /** Index after the last character. */
  readonly end: number;
}

/** A token with its label. */
export interface LabeledToken extends Place {
  readonly entity: string;
  /** The token's index in its row; [CLS] is 0. */
  readonly index: number;
}

/** Tokens grouped by an aggregation strategy. */
export interface LabeledEntity extends Place {
  /** The label without its prefix. */
  readonly entity_group: string;
}

type Joined = Exclude<AggregationStrategy, "none">;
type Grouped = TokenClassificationCall & { readonly aggregation_strategy: Joined };
type Ungrouped = TokenClassificationCall & { readonly aggregation_strategy?: "none" };

/**
 * The labeled tokens of one text or several, or entities with an `aggregation_strategy`; for an async iterable, one by
 * one.
 */
export interface TokenClassificationPipeline extends LoadedPipeline {
  (text: string, options: Grouped): Promise<LabeledEntity[]>;
  (text: string, options?: Ungrouped): Promise<LabeledToken[]>;
  (texts: readonly string[], options: Grouped): Promise<LabeledEntity[][]>;
  (texts: readonly string[], options?: Ungrouped): Promise<LabeledToken[][]>;
  (texts: AsyncIterable<string>, options: Grouped): AsyncGenerator<LabeledEntity[], void, undefined>;
  (texts: AsyncIterable<string>, options?: Ungrouped): AsyncGenerator<LabeledToken[], void, undefined>;
}

const task = "token-classification";
const rules: Rules<TokenClassificationCall> = {
  ...callRules,
  ignore_labels: arrayOf("labels", text),
  aggregation_strategy: oneOf(aggregationStrategies),
};

export function tokenClassificationTask(model: PipelineModel): TokenClassificationPipeline {
  const { tokenizer } = model;
  const classifier = requirePart(task, model.tokenClassifier, "token classifier", "BertForTokenClassification");
  const runner = new RowRunner((batch) => classifier.predict(batch), "tokens", tokenizer.special.padding.id);
  const call = (
    input: string | readonly string[] | AsyncIterable<string>,
    options: TokenClassificationCall = {},
  ): unknown => {
    checkOptions(task, options, rules);
    const { ignore_labels = ["O"], aggregation_strategy: strategy = "none", signal } = options;
    const limits = runOptions(options, model);
    const ignored = new Set(ignore_labels);
    for (const { type, own } of strategy === "none" ? [] : typesOf(classifier.labels))
      if (own.every((label) => ignored.has(label))) ignored.add(type);
    const run = async (texts: readonly string[], from = 0): Promise<(LabeledToken | LabeledEntity)[][]> => {
      checkEachText(task, "texts", texts, from);
      const rows = texts.map((text) => tokenizer.encode(text, undefined, { maxLength: limits.maxLength }));
      const probabilities = await runner.run(rows, limits);
      return rows.map((row, i) =>
        aggregateTokens(row, probabilities[i]!, classifier.labels, strategy)
          .filter(({ label }) => !ignored.has(label))
          .map(({ label, score, tokens: [first, last], start, end }) => {
            const word = wordOf(texts[i]!, row, tokenizer, first, last);
            return strategy === "none"
              ? { entity: label, score, index: first, word, start, end }
              : { entity_group: label, score, word, start, end };
          }),
      );
    };
    if (isStream<string>(input)) return runStream(input, run, signal);
    if (typeof input === "string") return run([input]).then(([row]) => row);
    checkMany(task, "texts", input);
    return run(input);
  };
  return made(task, model, call, () => runner.dispose());
}

/** The text of some tokens, decoded; an unknown one is the text's own. */
function wordOf(text: string, { ids, offsets }: Encoding, tokenizer: Tokenizer, first: number, last: number): string {
  const { id, token } = tokenizer.special.unknown;
  const own = Array.from(ids.subarray(first, last), (found, i) => (found === id ? first + i : -1))
    .filter((place) => place >= 0)
    .map((place) => text.slice(offsets[2 * place]!, offsets[2 * place + 1]!));
  const decoded = tokenizer.decode(ids.subarray(first, last), { skipSpecialTokens: false });
  return own.length === 0 ? decoded : decoded.replaceAll(token, () => own.shift() ?? token);
}

/** The types of entities, with the labels of each: "PER" with "B-PER" and "I-PER". */
function typesOf(labels: readonly string[]): { readonly type: string; readonly own: readonly string[] }[] {
  const types = new Set(labels.map((label) => parseTag(label).type));
  return Array.from(types, (type) => ({ type, own: labels.filter((label) => parseTag(label).type === type) }));
}
