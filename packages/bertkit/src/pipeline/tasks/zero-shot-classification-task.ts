import { checkOptions, type Rule, type Rules, trueOrFalse } from "@bertkit/checks";
import { encodeRows } from "@bertkit/heads";
import { inference } from "@bertkit/nn";
import { RowRunner } from "../../inference/row-runner.ts";
import { callRules, type CallOptions, runOptions } from "../call-options.ts";
import { type LoadedPipeline, made, type PipelineModel, requirePart } from "../pipeline-model.ts";
import { runStream } from "../stream.ts";
import { checkEachText, checkMany, isStream } from "../texts.ts";

export interface ZeroShotCall extends CallOptions {
  /** The hypothesis for a label, with {} in place of the label. Default "This example is {}." */
  readonly hypothesis_template?: string;
  /** Whether any number of labels may apply, each with an independent probability. Default false. */
  readonly multi_label?: boolean;
}

/** Labels of a text, best first. */
export interface ZeroShotLabels {
  readonly sequence: string;
  readonly labels: string[];
  readonly scores: number[];
}

/**
 * Classifies by labels that the model was not trained on, with a natural language inference model: how strongly the
 * text entails each label's hypothesis. Source: Yin et al., 2019, section 5. All labels of all texts are batched
 * together.
 */
export interface ZeroShotPipeline extends LoadedPipeline {
  (text: string, labels: string | readonly string[], options?: ZeroShotCall): Promise<ZeroShotLabels>;
  (texts: readonly string[], labels: string | readonly string[], options?: ZeroShotCall): Promise<ZeroShotLabels[]>;
  (
    texts: AsyncIterable<string>,
    labels: string | readonly string[],
    options?: ZeroShotCall,
  ): AsyncGenerator<ZeroShotLabels, void, undefined>;
}

const task = "zero-shot-classification";
const template: Rule = {
  is: "a text with {} in it",
  holds: (value) => typeof value === "string" && value.includes("{}"),
  error: TypeError,
};
const rules: Rules<ZeroShotCall> = { ...callRules, hypothesis_template: template, multi_label: trueOrFalse };

export function zeroShotClassificationTask(model: PipelineModel): ZeroShotPipeline {
  const { tokenizer } = model;
  const classifier = requirePart(task, model.classifier, "classifier", "BertForSequenceClassification");
  const names = classifier.labels.map((label) => label.toLowerCase());
  const entailment = names.indexOf("entailment");
  const contradiction = names.findIndex((name) => name === "contradiction" || name === "not_entailment");
  if (entailment < 0 || contradiction < 0)
    throw new RangeError(
      `pipeline: ${task} needs a model of natural language inference, with labels entailment and contradiction (or not_entailment), got ${classifier.labels.slice(0, 5).join(", ")}. Load such a model, or name its labels in config.json's id2label.`,
    );
  const runner = new RowRunner((batch) => classifier.forward(batch, inference), "row", tokenizer.special.padding.id);
  const call = (
    input: string | readonly string[] | AsyncIterable<string>,
    candidates: string | readonly string[],
    options: ZeroShotCall = {},
  ): unknown => {
    checkOptions(task, options, rules);
    const { hypothesis_template = "This example is {}.", multi_label = false, signal } = options;
    const labels = typeof candidates === "string" ? [candidates] : candidates;
    if (!Array.isArray(labels) || labels.length === 0)
      throw new TypeError(
        `${task}: candidate labels must be a text or a list of texts, got none. Pass ["sports", "politics"].`,
      );
    checkEachText(task, "labels", labels);
    const limits = runOptions(options, model);
    const run = async (texts: readonly string[], from = 0): Promise<ZeroShotLabels[]> => {
      checkEachText(task, "texts", texts, from);
      const pairs = texts.flatMap((text) =>
        labels.map((label) => [text, hypothesis_template.replace("{}", () => label)] as const),
      );
      const logits = await runner.run(encodeRows(pairs, tokenizer, { maxLength: limits.maxLength }), limits);
      return texts.map((sequence, text) => {
        const own = logits.slice(text * labels.length, (text + 1) * labels.length);
        const scores =
          multi_label || labels.length === 1
            ? own.map((row) => 1 / (1 + Math.exp(row[contradiction]! - row[entailment]!)))
            : softmax(own.map((row) => row[entailment]!));
        const order = Array.from(labels.keys()).sort((a, b) => scores[b]! - scores[a]!);
        return { sequence, labels: order.map((i) => labels[i]!), scores: order.map((i) => scores[i]!) };
      });
    };
    if (isStream<string>(input)) return runStream(input, run, signal);
    if (typeof input === "string") return run([input]).then(([result]) => result);
    checkMany(task, "texts", input);
    return run(input);
  };
  return made(task, model, call, () => runner.dispose());
}

function softmax(values: readonly number[]): number[] {
  const most = Math.max(...values);
  const powers = values.map((value) => Math.exp(value - most));
  const total = powers.reduce((sum, power) => sum + power, 0);
  return powers.map((power) => power / total);
}
