import { loadTensors, memoryFolder, saveTensors } from "@bertkit/checkpoints";
import { classificationBatch } from "@bertkit/heads";
import { dispose, Rng, variables } from "@bertkit/nn";
import { adamW, restoreTrainingState, train, type TrainingState, trainingState } from "@bertkit/training";
import * as tf from "@tensorflow/tfjs-core";
import { expect, test } from "vitest";
import { tinyClassifierModel } from "./__fixtures__/tiny-model.ts";

const examples = [
  { input: "a good film", label: "good" },
  { input: "the plot was very bad", label: "bad" },
];

function start(seed: number) {
  const { classifier, tokenizer } = tinyClassifierModel();
  const batch = classificationBatch(examples, tokenizer, classifier, { lengthMultiple: 8 });
  const run = { model: classifier, optimizer: adamW({ learningRate: 0.01 }), rng: new Rng(seed) };
  const trainTo = async (steps: number): Promise<number[]> => {
    const losses: number[] = [];
    const loss: Parameters<typeof train<typeof batch>>[0]["loss"] = (rows, context) => classifier.loss(rows, context);
    for await (const step of train({ ...run, batches: Array(9).fill(batch) as (typeof batch)[], steps, loss }))
      losses.push(step.loss);
    return losses;
  };
  return { run, trainTo };
}

test("a saved and resumed run equals an uninterrupted one, to the bit", async () => {
  await tf.setBackend("cpu");
  const folder = memoryFolder();
  const whole = start(1);
  const losses = await whole.trainTo(6);

  const first = start(1);
  const before = await first.trainTo(3);
  await saveTensors(folder, "state.safetensors", trainingState(first.run));
  const second = start(99);
  const { tensors, json } = await loadTensors(folder, "state.safetensors");
  restoreTrainingState(second.run, { tensors, json: json as TrainingState["json"] });
  tf.dispose([...tensors.values()]);

  expect([...before, ...(await second.trainTo(6))]).toEqual(losses);
  const values = (model: object): number[][] =>
    [...variables(model).values()].map((variable) => [...variable.dataSync()]);
  expect(values(second.run.model)).toEqual(values(whole.run.model));
  for (const { run } of [whole, first, second]) {
    run.optimizer.dispose();
    dispose(run.model);
  }
  expect(tf.memory().numTensors).toBe(0);
});
