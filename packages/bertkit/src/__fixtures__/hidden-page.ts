// The page of hidden-page.browser.test.ts: trains while it is hidden, in itself or in a worker.
import { useBackend, type BackendName } from "@bertkit/backend";
import { connectWorker } from "@bertkit/backend-onnxruntime/page-worker";
import { Dense, Rng } from "@bertkit/nn";
import { adamW, train } from "@bertkit/training";
import * as tf from "@tensorflow/tfjs-core";
import type { TrainingWorker } from "./training-worker.ts";

export interface TrainedHidden {
  /** Steps that started and ended while the page was hidden. */
  readonly steps: number;
  readonly losses: readonly number[];
  /** Timers of 0 ms, one after the other, in the same time. */
  readonly timers: number;
  readonly frames: number;
}

declare global {
  interface Window {
    trainHidden: (backend: BackendName | "worker", engine: boolean, steps: number) => Promise<TrainedHidden>;
  }
}

async function* losses(backend: BackendName | "worker", engine: boolean, steps: number): AsyncGenerator<number> {
  if (backend === "worker") {
    const { functions, close } = await connectWorker<TrainingWorker>(new Worker("/worker.js", { type: "module" }));
    for await (const { loss } of functions.fit(steps)) yield loss;
    return close();
  }
  await useBackend(backend, engine ? { enginePath: "/ort/" } : { engine: "tfjs" });
  const rng = new Rng(1);
  const model = new Dense({ inputSize: 4, outputSize: 1, rng });
  const batch = [1, 2, 3, 4, 5, 6, 7, 8];
  const optimizer = adamW({ learningRate: 1e-2 });
  const loss = (values: number[]) => ({
    loss: tf.mean(tf.square(tf.sub(model.forward(tf.tensor2d(values, [2, 4])), 1))) as tf.Scalar,
  });
  for await (const step of train({ model, batches: Array.from({ length: steps }, () => batch), optimizer, rng, loss }))
    yield step.loss;
  optimizer.dispose();
}

globalThis.window.trainHidden = async (backend, engine, steps) => {
  const found: number[] = [];
  let [hidden, timers, frames, counts] = [0, 0, 0, false];
  const tick = (): void => {
    timers++;
    if (counts) setTimeout(tick, 0);
  };
  const frame = (): void => {
    frames++;
    if (counts) requestAnimationFrame(frame);
  };
  let wasHidden = false;
  for await (const loss of losses(backend, engine, steps + 1)) {
    if (document.visibilityState === "hidden" && wasHidden) hidden++;
    wasHidden = document.visibilityState === "hidden";
    // The first step has loaded and compiled everything.
    if (found.push(loss) > 1) continue;
    counts = true;
    setTimeout(tick, 0);
    requestAnimationFrame(frame);
  }
  counts = false;
  return { steps: hidden, losses: found, timers, frames };
};
