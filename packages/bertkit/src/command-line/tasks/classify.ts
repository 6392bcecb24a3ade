import { type ClassificationExample, classifyTexts, SequenceClassifier, labelsAbove, topLabel } from "@bertkit/heads";
import { Rng } from "@bertkit/nn";
import type { Bert } from "@bertkit/encoder";
import { classificationTask } from "../../fine-tuning/classification-task.ts";
import { withPooler } from "../../fine-tuning/with-pooler.ts";
import type { PretrainedParts } from "../../model/pretrained.ts";
import { type FileText, labelFor, labelsOf, readTexts } from "../data/classification-data.ts";
import { rowOptions, trainedLength } from "./row-options.ts";
import type { Predictions, TaskKind, TaskOptions, TrainableKind } from "./task-kind.ts";

/** Classification of texts and pairs by one label or several, or regression. */
export function classifyKind(
  model: PretrainedParts & { classifier: SequenceClassifier<Bert> },
  options: TaskOptions,
): TaskKind {
  const { classifier, tokenizer } = model;
  const { labels, problem } = classifier;
  const rows = rowOptions(model, options, 128);
  const examplesOf = (texts: readonly FileText[]): ClassificationExample[] =>
    texts.map((text) => ({ input: text.input, label: labelFor(text, classifier) }));
  return {
    name: "classify",
    parts: model,
    task: classificationTask(classifier, tokenizer, rows),
    things: "texts",
    facts: [
      problem === "regression"
        ? "the labels are numbers (regression)"
        : `${labels.length} labels (${problem}): ${shown(labels)}`,
    ],
    groupOf: (example) => JSON.stringify(problem === "regression" ? 0 : (example as ClassificationExample).label),
    read: async (file) => examplesOf(await readTexts(file, options, options.log)),
    predict: async (file): Promise<Predictions> => {
      const texts = await readTexts(file, options, options.log);
      const found = await classifyTexts(
        classifier,
        tokenizer,
        texts.map(({ input }) => input),
        rows,
      );
      const predicted = found.map((scores): string | number | string[] => {
        if (problem === "regression")
          return scores.length === 1 ? scores[0]!.score : scores.map(({ score }) => String(score));
        return problem === "multi-label" ? labelsAbove(scores).map(({ label }) => label) : topLabel(scores).label;
      });
      const rounded = (value: number): string =>
        (options.glue === "STS-B" ? Math.min(5, Math.max(0, value)) : value).toFixed(3);
      return {
        objects: texts.map(({ id, input }, i) => ({
          ...(id !== undefined && { id }),
          ...(typeof input === "string" ? { text: input } : { text: input[0], pair: input[1] }),
          label: predicted[i],
          ...(problem !== "regression" && {
            scores: Object.fromEntries(found[i]!.map(({ label, score }) => [label, score])),
          }),
        })),
        lines: [
          "index\tprediction",
          ...predicted.map(
            (label, i) => `${texts[i]!.id ?? i}\t${typeof label === "number" ? rounded(label) : String(label)}`,
          ),
        ],
      };
    },
  };
}

/** A classifier for the labels of a training file: the model's if it has the same labels, else a new one. */
export async function trainClassify(
  model: PretrainedParts,
  file: string,
  options: TaskOptions,
): Promise<TrainableKind> {
  const texts = await readTexts(file, options, options.log);
  if (texts.length === 0) throw new Error(`${file} has no texts. Give a file with some.`);
  const { labels, problem } = labelsOf(texts, options);
  const train = texts.map((text) => ({ input: text.input, label: labelFor(text, { labels, problem }) }));
  if (problem === "single-label" && labels.length < 2)
    throw new Error(
      `${file}: every text has the label ${JSON.stringify(labels[0])}. Give texts of two labels or more.`,
    );
  const rng = new Rng(options.seed);
  const { config, encoder } = withPooler(model, true, rng);
  const same = model.classifier?.problem === problem && model.classifier.labels.join("\n") === labels.join("\n");
  const classifier = same ? model.classifier! : new SequenceClassifier({ encoder, labels, problem, rng });
  const kind = classifyKind(
    { config, encoder, tokenizer: model.tokenizer, classifier, ...trainedLength(model, options) },
    options,
  );
  return { ...kind, train };
}

function shown(labels: readonly string[]): string {
  return labels.length > 12 ? `${labels.slice(0, 12).join(", ")}, …` : labels.join(", ");
}
