// A worker of a page: trains a small BERT on the engine's WebAssembly.
import { DispatchError, useBackend } from "@bertkit/backend";
import { serveFunctions } from "@bertkit/backend-onnxruntime/page-worker";
import { bertInputs, bertSizes, createBert } from "@bertkit/encoder";
import { inference, Rng } from "@bertkit/nn";
import { adamW, train } from "@bertkit/training";
import * as tf from "@tensorflow/tfjs-core";

const [vocabularySize, rows, length] = [1000, 16, 64] as const;
const encoder = { current: undefined as ReturnType<typeof createBert> | undefined };

/** Trains on the same batch in every step, to reduce the mean square of its vectors. */
async function* fit(steps: number): AsyncGenerator<{ step: number; loss: number }> {
  await useBackend("wasm", { enginePath: "/ort/" });
  const rng = new Rng(1);
  const model = (encoder.current = createBert({ ...bertSizes.tiny, vocabularySize, hiddenDropout: 0, attentionDropout: 0 }, rng));
  const ids = Int32Array.from({ length: rows * length }, () => rng.integer(0, vocabularySize - 1));
  const batch = { inputIds: ids, tokenTypeIds: new Int32Array(ids.length), attentionMask: ids.map(() => 1), shape: [rows, length] as const };
  const optimizer = adamW({ learningRate: 1e-3 });
  try {
    for await (const { step, loss } of train({
      model,
      batches: Array.from({ length: steps }, () => batch),
      optimizer,
      rng,
      loss: (given, context) => ({
        loss: tf.mean(tf.square(model.forward(bertInputs(given), context).sequenceOutput)) as tf.Scalar,
      }),
    }))
      yield { step, loss };
  } finally {
    optimizer.dispose();
  }
}

/** The pooled vector of ids by the trained model, as a tensor. */
async function vector(ids: number[]): Promise<tf.Tensor> {
  const model = encoder.current;
  if (model === undefined) throw new RangeError("nothing is trained yet");
  return tf.tidy(() => model.forward({ inputIds: tf.tensor2d([ids], undefined, "int32") }, inference).pooledOutput!);
}

/** Throws a BackendUnavailableError. */
async function startNode(): Promise<void> {
  await useBackend("node");
}

async function loseDevice(): Promise<void> {
  throw new DispatchError("the GPU was lost", ["MatMul"], true, new RangeError("too much memory"));
}

const returnsFunction = (): unknown => () => 1;

/** A timer that throws after the call. */
const throwLater = (): void => void setTimeout(() => { throw new Error("a timer threw"); }); // prettier-ignore

const functions = { fit, vector, startNode, loseDevice, returnsFunction, throwLater };
export type TrainingWorker = typeof functions;
serveFunctions(functions);
