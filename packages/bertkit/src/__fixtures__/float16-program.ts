// Models on the engine on WebGPU, on Dawn in a separate Node process: `float16-program.ts PRECISION FOLDER SAVED [MINILM]`.
// Prints the results as one line of JSON: of a BERT-tiny in FOLDER, which is saved again in SAVED, and of all-MiniLM-L6-v2.
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { readSafetensors } from "@bertkit/checkpoints";
import { bertInputs } from "@bertkit/encoder";
import { inference } from "@bertkit/nn";
import * as tf from "@tensorflow/tfjs";
import { featureExtraction, fromPretrained, savePretrained } from "../index.ts";
import { paddedBatch } from "./padded-batch.ts";
import { useDawnEngine } from "./use-dawn-engine.ts";

const [precision, folder, saved, miniLm] = process.argv.slice(2) as ["float16" | "float32", string, string, string?];
await useDawnEngine(precision);
const { pool } = (tf.backend() as unknown as { executor: { pool: { bytes: number; uploadedBytes: number } } }).executor;

const tiny = await tinyResults();
const large = miniLm === undefined ? undefined : await miniLmResults(miniLm);
const results = { tiny, large };
// process.exit would wait until V8 has optimized all of onnxruntime-web's code.
process.stdout.write(`${JSON.stringify(results)}\n`, () => process.kill(process.pid, "SIGKILL"));

async function tinyResults(): Promise<object> {
  const { dispose, ...model } = await fromPretrained(folder); // checks the canary that Node wrote
    const tensors = tf.tidy(() => {
    const { sequenceOutput, pooledOutput } = model.encoder.forward(paddedBatch(), inference);
    return [sequenceOutput, pooledOutput!];
  });
  const outputs = (await Promise.all(tensors.map(async (tensor) => [...(await tensor.data())]))).flat();
  const { uploadedBytes, bytes } = pool;
  await savePretrained(saved, model);
  tf.dispose(tensors);
  dispose();
  return { outputs, uploadedBytes, bytes };
}

async function miniLmResults(at: string): Promise<object> {
  const before = pool.uploadedBytes;
  const model = await fromPretrained(at);
  const { tensors } = readSafetensors(await readFile(join(at, "reference/outputs.safetensors")));
  const tokens = tensors.get("input_ids")!.shape[1]!;
  const rows = 2;
  const ids = (name: string): Int32Array => (tensors.get(name)!.data as Int32Array).slice(0, rows * tokens);
  const inputs = bertInputs({
    inputIds: ids("input_ids"),
    attentionMask: ids("attention_mask"),
    tokenTypeIds: ids("token_type_ids"),
    shape: [rows, tokens],
    skipPadding: false, // the reference also has vectors of padding
  });
  const states = tf.tidy(() => [...model.encoder.forward(inputs, inference, { hiddenStates: true }).hiddenStates!]);
  const layers = await Promise.all(states.map(async (layer) => [...(await layer.data())]));
  const uploadedBytes = pool.uploadedBytes - before;
  const texts = JSON.parse(await readFile(join(at, "reference/texts.json"), "utf8")) as { text: string }[];
  const embeddings = await featureExtraction(model)(texts.slice(0, 8).map(({ text }) => text));
  return { layers, uploadedBytes, embeddings: embeddings.map((embedding) => [...embedding]) };
}
