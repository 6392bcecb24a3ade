// The page of compile-progress.browser.test.ts.
import type { CompileProgress } from "@bertkit/backend";
import { connectWorker } from "@bertkit/backend-onnxruntime/page-worker";
import type { CompilingWorker } from "./compiling-worker.ts";

export interface Compiled {
  readonly progress: readonly CompileProgress[];
  readonly loss: number;
  /** Frames that the page showed between the first progress and the end of the step. */
  readonly frames: number;
  /** Reports after which the page showed a frame before the next one. */
  readonly shown: number;
}

declare global {
  interface Window {
    compileInWorker: (engine: boolean) => Promise<Compiled>;
  }
}

globalThis.window.compileInWorker = async (engine) => {
  const { functions, close } = await connectWorker<CompilingWorker>(new Worker("/worker.js", { type: "module" }));
  const progress: CompileProgress[] = [];
  const frameOfReport = new Set<number>();
  let [frames, loss, counts] = [0, NaN, true];
  const frame = (): void => {
    frames++;
    if (counts) requestAnimationFrame(frame);
  };
  for await (const news of functions.firstStep(engine)) {
    if ("loss" in news) loss = news.loss;
    else if (progress.push(news) === 1) requestAnimationFrame(frame);
    frameOfReport.add(frames);
  }
  counts = false;
  await close();
  return { progress, loss, frames, shown: frameOfReport.size };
};
