// A worker of compiling-page.ts: the first step of a small BERT on WebGPU, with the progress of its shaders.
import { type CompileProgress, useBackend } from "@bertkit/backend";
import { serveFunctions } from "@bertkit/backend-onnxruntime/page-worker";
import { bertInputs, bertSizes, createBert } from "@bertkit/encoder";
import { Rng } from "@bertkit/nn";
import { adamW, train } from "@bertkit/training";
import * as tf from "@tensorflow/tfjs-core";

const [vocabularySize, rows, length] = [200, 2, 16] as const;

async function* firstStep(engine: boolean): AsyncGenerator<CompileProgress | { loss: number }> {
  const news: (CompileProgress | { loss: number })[] = [];
  let wake = (): void => {};
  const tell = (item: CompileProgress | { loss: number }): void => {
    news.push(item);
    wake();
  };
  await useBackend("webgpu", { ...(engine ? { enginePath: "/ort/" } : { engine: "tfjs" }), onCompile: tell });
  let failed = false;
  const step = trainOnce()
    .then((loss) => tell({ loss }))
    .catch((error: unknown) => {
      failed = true;
      wake();
      throw error;
    });
  for (;;) {
    for (let item = news.shift(); item !== undefined; item = news.shift()) {
      yield item;
      if ("loss" in item) return;
    }
    if (failed) return void (await step);
    await new Promise<void>((resolve) => (wake = resolve));
  }
}

async function trainOnce(): Promise<number> {
  const rng = new Rng(1);
  const model = createBert({ ...bertSizes.tiny, vocabularySize, hiddenDropout: 0, attentionDropout: 0 }, rng);
  const inputIds = Int32Array.from({ length: rows * length }, () => rng.integer(0, vocabularySize - 1));
  const batch = {
    inputIds,
    tokenTypeIds: new Int32Array(inputIds.length),
    attentionMask: inputIds.map(() => 1),
    shape: [rows, length] as const,
  };
  const steps = train({
    model,
    batches: [batch],
    optimizer: adamW({ learningRate: 1e-3 }),
    rng,
    loss: (given, context) => tf.mean(tf.square(model.forward(bertInputs(given), context).sequenceOutput)) as tf.Scalar,
  });
  for await (const { loss } of steps) return loss;
  throw new Error("there was no step");
}

const functions = { firstStep };
export type CompilingWorker = typeof functions;
serveFunctions(functions);
