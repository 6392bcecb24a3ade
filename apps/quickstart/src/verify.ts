import { spawn } from "node:child_process";
import { fileURLToPath } from "node:url";
import { bertInputs, type Bert } from "@bertkit/encoder";
import type { SequenceClassifier } from "@bertkit/heads";
import { inference } from "@bertkit/nn";
import type { MaskedLmHead } from "@bertkit/pretraining";
import type { Tokenizer } from "@bertkit/tokenizer";
import * as tf from "@tensorflow/tfjs-core";

const texts = [
  "The state of the [MASK] is strong.",
  "Win a free prize! Click here now.",
  "The meeting is moved to Monday.",
];

export interface Models {
  encoder: Bert;
  maskedLm: MaskedLmHead;
  classifier: SequenceClassifier;
  tokenizer: Tokenizer;
}

/** Masked-LM logits at every position and class probabilities for a few texts. */
export async function predictionsOf({ encoder, maskedLm, classifier, tokenizer }: Models): Promise<Float32Array> {
  const batch = tokenizer.encodeBatch(texts, { padding: "longest" });
  const [logits, probabilities] = tf.tidy(() => {
    const inputs = bertInputs(batch);
    return [maskedLm.forward(encoder.forward(inputs, inference).sequenceOutput), classifier.predict(inputs)];
  });
  const numbers = Float32Array.from([...(await logits!.data()), ...(await probabilities!.data())]);
  tf.dispose([logits!, probabilities!]);
  return numbers;
}

export interface SavedModels {
  backend: string;
  modelFolder: string;
  classifierFolder: string;
}

/**
 * Loads the saved folders in a new process and compares its predictions with `expected`, bit by bit. Returns their
 * number.
 * @throws at the first difference
 */
export async function verifyInNewProcess(
  { backend, modelFolder, classifierFolder }: SavedModels,
  expected: Float32Array,
): Promise<number> {
  const program = fileURLToPath(new URL("./predict-saved.ts", import.meta.url));
  const bytes = await outputOf([...process.execArgv, program, backend, modelFolder, classifierFolder]);
  const wanted = Buffer.from(expected.buffer, expected.byteOffset, expected.byteLength);
  if (bytes.length !== wanted.length)
    throw new Error(`verify: the new process gave ${bytes.length / 4} predictions, expected ${expected.length}.`);
  for (let i = 0; i < wanted.length; i += 4) {
    if (bytes.readUInt32LE(i) !== wanted.readUInt32LE(i)) {
      throw new Error(
        `verify: prediction ${i / 4} of the loaded model is ${bytes.readFloatLE(i)}, before saving it was ${wanted.readFloatLE(i)}.`,
      );
    }
  }
  return expected.length;
}

function outputOf(args: string[]): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, args, { stdio: ["ignore", "pipe", "inherit"] });
    const chunks: Buffer[] = [];
    child.stdout.on("data", (chunk: Buffer) => chunks.push(chunk));
    child.on("error", reject);
    child.on("close", (code) =>
      code === 0
        ? resolve(Buffer.concat(chunks))
        : reject(new Error(`verify: the new process ended with code ${code}.`)),
    );
  });
}
