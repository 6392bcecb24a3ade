import {
  answerQuestions,
  choiceBatch,
  choose,
  classificationBatch,
  classifyTexts,
  MultipleChoice,
  QuestionAnswerer,
  questionBatch,
  questionFeatures,
  SequenceClassifier,
  tagWords,
  tokenBatch,
  TokenClassifier,
  topLabel,
} from "@bertkit/heads";
import { freeze, Rng } from "@bertkit/nn";
import type { TextInput } from "@bertkit/tokenizer";
import { adamW, type LossResult, train, warmupLinearDecay } from "@bertkit/training";
import { dispose, fromPretrained, type PretrainedParts, savePretrained, type TrainableHead, withPooler } from "bertkit";
import { BertEncoder } from "@bertkit/encoder";
import type { Row, ScoreTask } from "./score-tasks.ts";

/** The results of a run of either library. */
export interface Outcome {
  readonly losses: readonly number[];
  readonly predictions: readonly unknown[];
}

/** The head and the encoder that both libraries start from, saved as a Hugging Face folder. */
export async function saveStart(source: string, folder: string, task: ScoreTask, seed: number): Promise<void> {
  const model = await fromPretrained(source);
  const rng = new Rng(seed);
  const pooled = withPooler(model, task.kind !== "tokens" && task.kind !== "questions", rng);
  const encoder = new BertEncoder({ ...pooled.encoder, layers: pooled.encoder.layers.slice(0, task.layers) });
  const config = { ...pooled.config, hiddenLayers: task.layers };
  const labels = task.labels ?? [];
  const head = {
    classification: () => ({ classifier: new SequenceClassifier({ encoder, labels, rng }) }),
    regression: () => ({ classifier: new SequenceClassifier({ encoder, labels, problem: "regression", rng }) }),
    tokens: () => ({ tokenClassifier: new TokenClassifier({ encoder, labels, rng }) }),
    questions: () => ({ questionAnswerer: new QuestionAnswerer({ encoder, rng }) }),
    choices: () => ({ multipleChoice: new MultipleChoice({ encoder, rng }) }),
  }[task.kind]();
  await savePretrained(folder, { config, tokenizer: model.tokenizer, encoder, ...head });
  dispose(head);
  model.dispose();
}

interface Side {
  readonly head: TrainableHead<never>;
  readonly batch: (rows: readonly Row[]) => unknown;
  readonly predict: (rows: readonly Row[]) => Promise<readonly unknown[]>;
}

const inputOf = ({ text, pair }: Row): TextInput =>
  pair === undefined ? (text as string) : [text as string, pair as string];

function sideOf(parts: PretrainedParts, { kind, maxLength }: ScoreTask): Side {
  const { tokenizer, classifier, tokenClassifier, questionAnswerer, multipleChoice } = parts;
  const options = { maxLength, lengthMultiple: 8 };
  switch (kind) {
    case "classification":
    case "regression":
      return {
        head: classifier!,
        batch: (rows) =>
          classificationBatch(
            rows.map((row) => ({ input: inputOf(row), label: row["label"] as string | number })),
            tokenizer,
            classifier!,
            options,
          ),
        predict: async (rows) =>
          (await classifyTexts(classifier!, tokenizer, rows.map(inputOf), options)).map((scores) =>
            kind === "regression" ? scores[0]!.score : topLabel(scores).label,
          ),
      };
    case "tokens":
      return {
        head: tokenClassifier!,
        batch: (rows) => tokenBatch(rows as never, tokenizer, tokenClassifier!, options),
        predict: async (rows) =>
          (
            await tagWords(
              tokenClassifier!,
              tokenizer,
              rows.map(({ words }) => words as string[]),
              options,
            )
          ).map((tags) => tags.map((tag) => tag?.label ?? "O")),
      };
    case "questions": {
      const windows = { ...options, overlap: 64 };
      return {
        head: questionAnswerer!,
        batch: (rows) =>
          questionBatch(
            rows.flatMap((row) => questionFeatures(row as never, tokenizer, windows)),
            tokenizer,
            options,
          ),
        predict: async (rows) =>
          (await answerQuestions(questionAnswerer!, tokenizer, rows as never, windows)).map(
            ({ best }) => best?.text ?? "",
          ),
      };
    }
    case "choices":
      return {
        head: multipleChoice!,
        batch: (rows) => choiceBatch(rows as never, tokenizer, options),
        predict: async (rows) =>
          (await choose(multipleChoice!, tokenizer, rows as never, options)).map(({ best }) => best),
      };
  }
}

/** Trains all but the embeddings from a saved start, on batches of rows in a given order, and predicts. */
export async function ourSide(
  folder: string,
  task: ScoreTask,
  { train: rows, evaluation }: { train: readonly Row[]; evaluation: readonly Row[] },
  order: readonly (readonly number[])[],
  seed: number,
): Promise<Outcome> {
  const model = await fromPretrained(folder);
  const { head, batch, predict } = sideOf(model, task);
  freeze(head, (path) => path.startsWith("encoder.embeddings."));
  const warmupSteps = Math.round(order.length / 10);
  const schedule = warmupLinearDecay({ peak: task.learningRate, warmupSteps, totalSteps: order.length });
  const optimizer = adamW({ learningRate: schedule, epsilon: 1e-8 });
  const losses: number[] = [];
  for await (const { loss } of train({
    model: head,
    batches: order.map((indices) => indices.map((index) => rows[index]!)),
    optimizer,
    rng: new Rng(seed),
    loss: (chosen, context): LossResult => head.loss(batch(chosen) as never, context),
  }))
    losses.push(loss);
  const predictions = await predict(evaluation);
  optimizer.dispose();
  model.dispose();
  return { losses, predictions };
}
