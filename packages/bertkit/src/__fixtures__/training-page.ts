// The page of train-in-worker.test.ts.
import { BackendUnavailableError, DispatchError } from "@bertkit/backend";
import { connectWorker } from "@bertkit/backend-onnxruntime/page-worker";
import * as tf from "@tensorflow/tfjs";
import type { TrainingWorker } from "./training-worker.ts";

export interface TrainedInWorker {
  readonly losses: number[];
  /** Frames that the page showed between the first step and the last. */
  readonly frames: number;
  /** Of calls before the training, and of a script that is not there. */
  readonly errors: string[];
  /** A vector of the model, with the page's own backend. */
  readonly vector: number[];
  /** Errors of the worker, as the page knows them. */
  readonly recognized: readonly unknown[];
  readonly unsendable: string;
  /** The errors that reached the page when a timer of the worker threw. */
  readonly uncaught: string[];
  readonly closed: string;
}

declare global {
  interface Window {
    trainInWorker: (steps: number) => Promise<TrainedInWorker>;
  }
}

const messageOf = (work: Promise<unknown>): Promise<string> =>
  work.then(
    () => "nothing was thrown",
    (error: unknown) => String(error),
  );

globalThis.window.trainInWorker = async (steps) => {
  await tf.setBackend("cpu");
  const worker = new Worker("/worker.js", { type: "module" });
  const { functions, close } = await connectWorker<TrainingWorker>(worker);
  const errors = [await messageOf(functions.vector([1, 2]))];
  errors.push(await messageOf(connectWorker(new Worker("/nothing.js", { type: "module" }))));
  const unavailable = await functions.startNode().catch((error: unknown) => error);
  const lost = await functions.loseDevice().catch((error: unknown) => error);
  const recognized = [
    BackendUnavailableError.isInstance(unavailable) && unavailable.name,
    DispatchError.isInstance(lost) && [lost.name, lost.message, lost.lost, lost.kernels, String(lost.cause)],
  ];
  const unsendable = await messageOf(functions.returnsFunction());
  const uncaught: string[] = [];
  const thrown = new Promise((resolve) => worker.addEventListener("error", resolve));
  worker.addEventListener("error", ({ message }) => uncaught.push(message));
  await functions.throwLater();
  await thrown;
  const losses: number[] = [];
  let frames = 0;
  let counts = true;
  const count = (): void => {
    frames++;
    if (counts) requestAnimationFrame(count);
  };
  for await (const { loss } of functions.fit(1000)) {
    if (losses.push(loss) === 1) requestAnimationFrame(count); // the first step has loaded and compiled everything
    if (losses.length === steps) break;
  }
  counts = false;
  const vector = [...(await (await functions.vector([1, 2])).data())];
  await close();
  return { losses, frames, errors, vector, recognized, unsendable, uncaught, closed: await messageOf(functions.vector([1, 2])) };
};
