// The models of examples/custom-models, as a user would write them: short, without a cast, and trainable.
import { readdirSync, readFileSync } from "node:fs";
import { memoryFolder, readSafetensors } from "@bertkit/checkpoints";
import { bertDefaults, bertInputs, createBert, type Encoder, type TokenEmbeddings } from "@bertkit/encoder";
import { dispose, type Embedding, inference, Rng, variables } from "@bertkit/nn";
import { maskedLmObjective, MaskedLmHead, pretrainingTensors } from "@bertkit/pretraining";
import { adamW, train } from "@bertkit/training";
import * as tf from "@tensorflow/tfjs-core";
import { beforeAll, expect, test } from "vitest";
import { createAlbert } from "../examples/custom-models/albert.ts";
import { myDistilBert } from "../examples/custom-models/distil-bert.ts";
import { Convolution, fourier } from "../examples/custom-models/mixers.ts";
import { createPreNormEncoder } from "../examples/custom-models/pre-norm-encoder.ts";
import fixture from "./families/__fixtures__/families.json" with { type: "json" };
import { fromPretrained } from "./index.ts";

beforeAll(() => tf.setBackend("cpu"));

const config = {
  ...bertDefaults,
  vocabularySize: 12,
  hiddenSize: 16,
  hiddenLayers: 2,
  attentionHeads: 2,
  intermediateSize: 24,
  maxPositionEmbeddings: 8,
  hiddenDropout: 0,
  attentionDropout: 0,
  initializerRange: 0.1,
  pooler: false,
};

/** Two rows, the second with four of padding; the masked token is the one before it in the alphabet, plus one. */
const batch = {
  inputIds: Int32Array.of(2, 5, 4, 7, 4, 9, 10, 3, 2, 6, 4, 3, 0, 0, 0, 0),
  attentionMask: Int32Array.of(1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 0, 0, 0, 0),
  tokenTypeIds: new Int32Array(16),
  shape: [2, 8] as const,
  maskedPositions: Int32Array.of(2, 4, 2, 0),
  maskedIds: Int32Array.of(6, 8, 7, 0),
  maskedWeights: Float32Array.of(1, 1, 1, 0),
  maxPredictions: 2,
  nextSentenceLabels: Int32Array.of(0, 0),
};

type Tied = Encoder & { readonly embeddings: TokenEmbeddings & { readonly word: Embedding } };

test.each<[string, (rng: Rng) => Tied, number]>([
  ["pre-norm, GeGLU, rotary", (rng) => createPreNormEncoder(config, rng), 37],
  ["ALBERT", (rng) => createAlbert(config, 6, rng), 23],
  ["FNet", (rng) => createBert(config, rng, { attention: () => fourier }), 21],
  [
    "convolution",
    (rng) => createBert(config, rng, { attention: () => new Convolution({ size: 16, width: 3, rng }) }),
    23,
  ],
])("%s: padding changes nothing, the masked-LM loss decreases, and no tensor leaks", async (_, make, count) => {
  const before = tf.memory().numTensors;
  const rng = new Rng(1);
  const encoder = make(rng);
  expect(variables(encoder).size).toBe(count);
  const alone = { ...batch, inputIds: batch.inputIds.slice(8, 12), attentionMask: batch.attentionMask.slice(8, 12) };
  tf.tidy(() => {
    const both = encoder.forward(bertInputs(batch), inference).sequenceOutput;
    const one = encoder.forward(bertInputs({ ...alone, tokenTypeIds: new Int32Array(4), shape: [1, 4] }), inference);
    const second = tf.slice(both, [1, 0, 0], [1, 4, 16]).dataSync();
    // FNet's transform depends on the length of the batch, padding included.
    if (_ !== "FNet") expect(second).toBeAllClose(one.sequenceOutput.dataSync(), { absolute: 1e-5, relative: 1e-4 });
  });
  const head = new MaskedLmHead({ ...config, encoder, rng });
  const objective = maskedLmObjective(head);
  const optimizer = adamW({ learningRate: 0.02 });
  const model = { encoder, objective };
  const losses: number[] = [];
  const loss = (rows: typeof batch, context: typeof inference) =>
    objective.loss(encoder, pretrainingTensors(rows), context);
  for await (const step of train({ model, batches: Array(40).fill(batch) as (typeof batch)[], optimizer, rng, loss }))
    losses.push(step.loss);
  expect(losses.at(-1)!).toBeLessThan(0.2 * losses[0]!);
  optimizer.dispose();
  dispose(model);
  expect(tf.memory().numTensors).toBe(before);
});

test("a DistilBERT folder is loaded by a family defined outside the packages, and equals transformers", async () => {
  const [{ config: json, weights, reference }] = fixture.cases as [(typeof fixture.cases)[number]];
  const bytes = (base64: string): Uint8Array => Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
  const folder = memoryFolder({ "config.json": JSON.stringify(json), "model.safetensors": bytes(weights) });
  const { encoder, unused, dispose: free } = await fromPretrained(folder, { families: [myDistilBert] });
  expect([unused, encoder.layers.length]).toEqual([[], 3]);
  const expected = readSafetensors(bytes(reference)).tensors;
  const ids = (name: string): Int32Array => expected.get(name)!.data as Int32Array;
  const inputs = {
    inputIds: ids("input_ids"),
    attentionMask: ids("attention_mask"),
    tokenTypeIds: ids("token_type_ids"),
  };
  const { sequenceOutput } = tf.tidy(() => ({
    ...encoder.forward(bertInputs({ ...inputs, shape: [2, 6] }), inference),
  }));
  const close = { absolute: 1e-5, relative: 1e-5 };
  expect(sequenceOutput.dataSync()).toBeAllClose(
    expected.get("outputs.last_hidden_state")!.data as Float32Array,
    close,
  );
  free();
});

test("each is as short as stated, without a cast or `any`", () => {
  const most: Record<string, number> = {
    "pre-norm-encoder.ts": 58,
    "albert.ts": 28,
    "distil-bert.ts": 43,
    "mixers.ts": 26,
  };
  const folder = new URL("../examples/custom-models/", import.meta.url);
  expect(readdirSync(folder).toSorted()).toEqual(Object.keys(most).toSorted());
  for (const [file, lines] of Object.entries(most)) {
    const code = readFileSync(new URL(file, folder), "utf8").replace(/^\/\/.*\n/gm, "");
    expect(code.trimEnd().split("\n").length, file).toBeLessThanOrEqual(lines);
    expect(code.replace(/import \* as tf/, ""), file).not.toMatch(/\bas\b|\bany\b|@ts-/);
  }
});
