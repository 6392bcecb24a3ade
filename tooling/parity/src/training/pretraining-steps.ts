import { bertSizes, createBert, type BertConfig } from "@bertkit/encoder";
import { dispose, Rng, variables } from "@bertkit/nn";
import {
  maskedLmObjective,
  MaskedLmHead,
  nextSentenceObjective,
  NextSentenceHead,
  sumObjectives,
  type PretrainingBatch,
} from "@bertkit/pretraining";
import { adamW, train } from "@bertkit/training";

export interface PretrainingResult {
  readonly losses: number[];
  /** The root mean square of each variable after the last step, by path. */
  readonly sizes: Record<string, number>;
}

const [rows, length, predictions, vocabularySize] = [4, 32, 5, 1000] as const;

/** Pretrains a new BERT-tiny on random ids on the active backend, with dropout. */
export async function pretrainingSteps(steps: number): Promise<PretrainingResult> {
  const rng = new Rng(3);
  const config: BertConfig = { ...bertSizes.tiny, vocabularySize };
  const encoder = createBert(config, rng);
  const objective = sumObjectives(
    maskedLmObjective(new MaskedLmHead({ encoder, rng })),
    nextSentenceObjective(new NextSentenceHead({ encoder, rng })),
  );
  const model = { encoder, objective };
  const optimizer = adamW({ learningRate: 1e-3 });
  const losses: number[] = [];
  for await (const { loss } of train({
    model,
    batches: batches(steps, new Rng(4)),
    optimizer,
    rng,
    loss: (batch, context) => objective.loss(encoder, batch, context),
  }))
    losses.push(loss);
  const sizes: Record<string, number> = {};
  for (const [path, variable] of variables(model)) {
    const values = Array.from(await variable.data());
    sizes[path] = Math.sqrt(values.reduce((total, value) => total + value * value, 0) / values.length);
  }
  optimizer.dispose();
  dispose(model);
  return { losses, sizes };
}

function* batches(count: number, rng: Rng): Generator<PretrainingBatch> {
  const ids = (size: number, limit: number): Int32Array =>
    Int32Array.from({ length: size }, () => rng.integer(0, limit - 1));
  for (let i = 0; i < count; i++) {
    yield {
      shape: [rows, length],
      maxPredictions: predictions,
      inputIds: ids(rows * length, vocabularySize),
      attentionMask: new Int32Array(rows * length).fill(1),
      tokenTypeIds: ids(rows * length, 2),
      maskedPositions: ids(rows * predictions, length),
      maskedIds: ids(rows * predictions, vocabularySize),
      maskedWeights: new Float32Array(rows * predictions).fill(1),
      nextSentenceLabels: ids(rows, 2),
    };
  }
}
