import { useBackend } from "@bertkit/backend";
import { dispose, inference, Rng, variables } from "@bertkit/nn";
import * as tf from "@tensorflow/tfjs-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

import {
  BertEncoder,
  type BertConfig,
  bertInputs,
  bertSizes,
  createBert,
  type EncodedBatch,
  type EncoderOutputs,
  forwardFirst,
  PostNormBlock,
} from "./index.ts";
import { tokenRows } from "./token-rows.ts";

const config: BertConfig = {
  ...bertSizes.tiny,
  vocabularySize: 11,
  hiddenSize: 8,
  attentionHeads: 2,
  intermediateSize: 16,
  maxPositionEmbeddings: 8,
  initializerRange: 0.3,
};

/** Rows of 8, 3, 5 and 1 tokens. */
const lengths = [8, 3, 5, 1];
const shape = [4, 8] as const;
const attentionMask = Int32Array.from({ length: 32 }, (_, i) => (i % 8 < lengths[Math.floor(i / 8)]! ? 1 : 0));
const padded = {
  inputIds: attentionMask.map((isToken, i) => (isToken ? 1 + (i % 10) : 0)),
  attentionMask,
  tokenTypeIds: attentionMask.map((isToken, i) => (isToken && i % 8 > 3 ? 1 : 0)),
  shape,
  skipPadding: false,
};
const skipping = { ...padded, skipPadding: true };
const close = { absolute: 1e-6, relative: 1e-5 };

type Forwardable = Pick<BertEncoder, "forward">;

/** The outputs, with zeros for padding. */
function outputs(bert: Forwardable, batch: typeof padded): Record<string, number[]> {
  return tf.tidy(() => {
    const out = bert.forward(bertInputs(batch), inference, { hiddenStates: true, attentions: true });
    const isToken = tf.reshape(tf.tensor1d(Float32Array.from(attentionMask)), [4, 8, 1]);
    return {
      sequence: [...tf.mul(out.sequenceOutput, isToken).dataSync()],
      ...(out.pooledOutput && { pooled: [...out.pooledOutput.dataSync()] }),
      ...Object.fromEntries(
        out.hiddenStates!.map((state, i) => [`state ${i}`, [...tf.mul(state, isToken).dataSync()]]),
      ),
      ...Object.fromEntries(
        out.attentions!.map((each, i) => [
          `attention ${i}`,
          [...tf.mul(each, tf.reshape(isToken, [4, 1, 8, 1])).dataSync()],
        ]),
      ),
    } as never;
  }) as Record<string, number[]>;
}

function gradients(bert: Forwardable & object, batch: typeof padded): Map<string, number[]> {
  const all = [...variables(bert)];
  return tf.tidy(() => {
    const { grads } = tf.variableGrads(
      () => {
        const out = bert.forward(bertInputs(batch), { training: false, rng: new Rng(1) });
        const isToken = tf.reshape(tf.tensor1d(Float32Array.from(attentionMask)), [4, 8, 1]);
        const pooled = tf.sum(out.pooledOutput!);
        return tf.add(tf.sum(tf.square(tf.mul(out.sequenceOutput, isToken))), pooled) as tf.Scalar;
      },
      all.map(([, variable]) => variable),
    );
    return new Map(all.map(([path, { name }]) => [path, [...grads[name]!.dataSync()]])) as never;
  }) as Map<string, number[]>;
}

describe.each(["cpu", "node"] as const)("skipped padding on %s", (backend) => {
  beforeAll(async () => void (await useBackend(backend)));

  it.each([
    ["BERT", {}, false],
    ["relative positions", { positionEmbedding: "relative_key_query" }, false],
    ["checkpointed", {}, true],
  ] as const)("has the same vectors and gradients: %s", (_, options, checkpoint) => {
    const bert = createBert({ ...config, ...options }, new Rng(2), { checkpoint });
    const before = tf.memory().numTensors;
    const [expected, found] = [outputs(bert, padded), outputs(bert, skipping)];
    expect(Object.keys(found)).toEqual(Object.keys(expected));
    for (const [name, values] of Object.entries(expected)) expect(found[name], name).toBeAllClose(values, close);
    const slopes = gradients(bert, padded);
    for (const [path, values] of gradients(bert, skipping))
      expect(values, path).toBeAllClose(slopes.get(path)!, { absolute: 1e-5, relative: 1e-4 });
    expect(tf.memory().numTensors).toBe(before);
    dispose(bert);
  });

  it("gives padding zeros", () => {
    const bert = createBert(config, new Rng(2));
    const { sequenceOutput } = bert.forward(bertInputs(skipping), inference);
    const padding = [...sequenceOutput.dataSync()].filter((_, i) => attentionMask[Math.floor(i / 8)] === 0);
    expect(padding).toHaveLength(8 * 15);
    expect(padding.every((value) => value === 0)).toBe(true);
    dispose(bert);
  });

  it.each([
    ["no tokens", [0, 0, 0, 0, 0, 0, 0, 0]],
    ["padding on the left", [0, 0, 0, 0, 0, 1, 1, 1]],
  ])("a row with %s has the vectors of padding that is computed, the same in any batch", (_, mask) => {
    const bert = createBert(config, new Rng(2));
    const row = (inputIds: number[], mask: number[]) => ({ inputIds, attentionMask: mask });
    const own = row([0, 0, 0, 0, 0, 4, 5, 6], mask);
    const batchOf = (first: number): EncodedBatch => {
      const other = row([first, 2, 0, 0, 0, 0, 0, 0], [1, 1, 0, 0, 0, 0, 0, 0]);
      const ids = [...other.inputIds, ...own.inputIds];
      const masks = [...other.attentionMask, ...own.attentionMask];
      return { inputIds: Int32Array.from(ids), attentionMask: Int32Array.from(masks), tokenTypeIds: new Int32Array(16), shape: [2, 8] }; // prettier-ignore
    };
    const secondOf = (outputs: EncoderOutputs): number[][] =>
      [tf.slice(outputs.sequenceOutput, [1, 0, 0], [1, 1, 8]), tf.slice(outputs.pooledOutput!, [1, 0], [1, 8])].map((x) => [...x.dataSync()]); // prettier-ignore
    const expected = secondOf(bert.forward(bertInputs({ ...batchOf(3), skipPadding: false }), inference));
    for (const first of [3, 9]) {
      const inputs = bertInputs(batchOf(first));
      for (const outputs of [bert.forward(inputs, inference), forwardFirst(bert, inputs, inference)])
        for (const [i, values] of secondOf(outputs).entries()) expect(values).toBeAllClose(expected[i]!, close);
    }
    dispose(bert);
  });

  it("works with custom mixers and blocks", () => {
    const bert = createBert(config, new Rng(2));
    const encoder = new BertEncoder({
      hiddenSize: 8,
      embeddings: bert.embeddings,
      layers: bert.layers.map(
        (layer) =>
          new PostNormBlock({
            ...layer,
            dropout: 0,
            attention: { forward: (...all) => layer.attention.forward(...all) },
          }),
      ),
    });
    const blocks = new BertEncoder({
      hiddenSize: 8,
      embeddings: bert.embeddings,
      layers: bert.layers.map((layer) => ({ forward: (...all) => layer.forward(...all) })),
    });
    const { pooled: _, ...expected } = outputs(bert, padded);
    for (const other of [encoder, blocks]) {
      const found = outputs(other, skipping);
      for (const [name, values] of Object.entries(expected)) expect(found[name], name).toBeAllClose(values, close);
    }
    dispose(bert);
  });
});

describe("tokenRows", () => {
  beforeAll(() => tf.setBackend("cpu"));
  afterAll(() => tf.disposeVariables());

  it("has few different row counts, and is off if there is little padding", () => {
    const counts = new Set<number | undefined>();
    for (let tokens = 1; tokens <= 64; tokens++) {
      const mask = Int32Array.from({ length: 64 }, (_, i) => (i < tokens ? 1 : 0));
      const rows = tokenRows(mask, [1, 64]);
      counts.add(rows?.positions.size);
      if (tokens > 56) expect(rows).toBeUndefined();
      else expect(rows!.positions.size).toBeGreaterThanOrEqual(tokens);
      tf.dispose([rows?.positions, rows?.rows].filter((each) => each !== undefined));
    }
    expect(counts).toEqual(new Set([8, 16, 24, 32, 40, 48, 56, undefined]));
  });

  it("is on by default, but off without padding or on request", () => {
    const { skipPadding: _, ...byDefault } = padded;
    expect(bertInputs(byDefault)).toHaveProperty("tokenRows");
    expect(bertInputs(padded)).not.toHaveProperty("tokenRows");
    const full = { ...skipping, attentionMask: new Int32Array(32).fill(1) };
    expect(bertInputs(full)).not.toHaveProperty("tokenRows");
  });
});
