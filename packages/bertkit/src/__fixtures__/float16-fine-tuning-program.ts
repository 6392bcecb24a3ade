// Fine-tunes on the engine on WebGPU in float16, on Dawn in a separate Node process. Prints `FineTunedInFloat16` as a line
// of JSON.
import { SequenceClassifier } from "@bertkit/heads";
import { Rng } from "@bertkit/nn";
import { LossScaler } from "@bertkit/training";
import { classificationTask } from "../fine-tuning/classification-task.ts";
import { fineTune } from "../fine-tuning/fine-tune.ts";
import { tinyEncoderModel, tinyTokenizer } from "./tiny-model.ts";
import { useDawnEngine } from "./use-dawn-engine.ts";

export interface FineTunedInFloat16 {
  readonly steps: number;
  readonly skipped: number;
  readonly scale: number;
  /** The mean loss of each epoch. */
  readonly losses: readonly number[];
}

await useDawnEngine("float16");
const { encoder } = tinyEncoderModel({ hiddenDropout: 0, attentionDropout: 0 });
const rng = new Rng(1);
const head = new SequenceClassifier({ encoder, labels: ["blame", "praise"], rng, dropout: 0 });
const examples = ["the film was good", "a very good plot", "the plot was bad", "a bad film"].map((input) => ({
  input,
  label: input.includes("good") ? "praise" : "blame",
}));
const lossScaler = new LossScaler({ scale: 2 ** 24 }); // overflows at first
let steps = 0;
const { epochs } = await fineTune({
  task: classificationTask(head, tinyTokenizer, { maxLength: 16 }),
  train: Array.from({ length: 6 }, () => examples).flat(),
  batchSize: 2,
  epochs: 4,
  learningRate: 0.01,
  lossScaler,
  onStep: () => void steps++,
});
const { skipped, scale } = lossScaler;
const result: FineTunedInFloat16 = { steps, skipped, scale, losses: epochs.map(({ loss }) => loss) };
// process.exit would wait until V8 has optimized all of onnxruntime-web's code.
process.stdout.write(`${JSON.stringify(result)}\n`, () => process.kill(process.pid, "SIGKILL"));
