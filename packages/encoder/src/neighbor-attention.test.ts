import * as tf from "@tensorflow/tfjs-core";
import { beforeAll, describe, expect, it } from "vitest";
import { dispose, inference, Rng, variables } from "@bertkit/nn";

import {
  BertEmbeddings,
  bertSizes,
  createBert,
  startWithNeighborAttention,
  type Bert,
  type BertConfig,
} from "./index.ts";

beforeAll(() => tf.setBackend("cpu"));

const config: BertConfig = { ...bertSizes.tiny, vocabularySize: 500, attentionHeads: 4, maxPositionEmbeddings: 64 };
const offsets = [-1, 1, -2, 2];

/** Attention of the first layer for random words: [heads][tokens][tokens]. */
function attentionsOf(encoder: Bert, tokens: number): number[][][] {
  const rng = new Rng(7);
  return tf.tidy(() => {
    const inputIds = tf.tensor2d(
      Int32Array.from({ length: tokens }, () => rng.integer(0, 499)),
      [1, tokens],
      "int32",
    );
    const { attentions } = encoder.forward({ inputIds }, inference, { attentions: true });
    return (attentions![0]!.arraySync() as number[][][][])[0]!;
  });
}

describe("startWithNeighborAttention", () => {
  it("makes each head attend to its relative position for any words", () => {
    const encoder = createBert(config, new Rng(0));
    startWithNeighborAttention(encoder, { offsets, positionScale: 2, gain: 1.5 });
    const attentions = attentionsOf(encoder, 64);
    offsets.forEach((offset, head) => {
      const asked = Array.from({ length: 64 }, (_, t) => t).filter((t) => t + offset >= 0 && t + offset < 64);
      const found = asked.filter(
        (t) => attentions[head]![t]!.indexOf(Math.max(...attentions[head]![t]!)) === t + offset,
      );
      const fraction = asked.reduce((sum, t) => sum + attentions[head]![t]![t + offset]!, 0) / asked.length;
      expect(found.length / asked.length, `head ${head}`).toBeGreaterThan(0.9);
      expect(fraction, `head ${head}`).toBeGreaterThan(0.75); // uniform attention gives 1/64
    });
    dispose(encoder);
  });

  it("changes only position embeddings and the queries and keys of the given heads in the first layer", () => {
    const drawn = createBert(config, new Rng(0));
    const started = createBert(config, new Rng(0));
    startWithNeighborAttention(started, { offsets: [-1, 1], positionScale: 2 });
    const changed = [...variables(started)].filter(
      ([path, variable]) => !tf.equal(variable, variables(drawn).get(path)!).dataSync().every(Boolean),
    );
    expect(changed.map(([path]) => path)).toEqual([
      "embeddings.position.table",
      "layers.0.attention.query.kernel",
      "layers.0.attention.key.kernel",
    ]);
    for (const [, variable] of changed.slice(1)) expect(variable.shape).toEqual([128, 128]);
    const [, query] = changed.map(([, variable]) => variable);
    const rest = (kernel: tf.Tensor) => tf.slice(kernel, [0, 64], [128, 64]).dataSync();
    expect(rest(query!)).toEqual(rest(variables(drawn).get("layers.0.attention.query.kernel")!));
    const squares = tf.mean(tf.square(started.embeddings.position!.table)).dataSync()[0]!;
    const ofWords = tf.mean(tf.square(started.embeddings.word.table)).dataSync()[0]!;
    expect(squares / ofWords).toBeCloseTo(4, 3);
    dispose([drawn, started]);
  });

  it("rejects more offsets than heads, and an encoder without position embeddings", () => {
    const encoder = createBert(config, new Rng(0));
    expect(() => startWithNeighborAttention(encoder, { offsets: [1, 2, 3, 4, 5] })).toThrow(/got 5 for 4 heads/);
    expect(() => startWithNeighborAttention(encoder, { offsets: [] })).toThrow(/there are no offsets/);
    const relative = createBert({ ...config, positionEmbedding: "relative_key" }, new Rng(0));
    expect(() => startWithNeighborAttention(relative, { offsets })).toThrow(/positionEmbedding "absolute"/);
    dispose([encoder, relative]);
  });

  it("rejects heads of an odd size and smaller embeddings, and changes nothing", () => {
    const odd = createBert({ ...config, hiddenSize: 12 }, new Rng(0));
    const small = createBert({ ...config, hiddenSize: 16 }, new Rng(0), {
      embeddings: new BertEmbeddings({ ...config, hiddenSize: 16, embeddingSize: 8 }, new Rng(0)),
    });
    const valuesOf = () => [...variables([odd, small]).values()].map((variable) => [...variable.dataSync()]);
    const before = valuesOf();
    expect(() => startWithNeighborAttention(odd, { offsets })).toThrow(
      new RangeError(
        "startWithNeighborAttention: heads must have an even size, for pairs of sine and cosine, got 3. Choose another hiddenSize or attentionHeads.",
      ),
    );
    expect(() => startWithNeighborAttention(small, { offsets })).toThrow(
      new RangeError(
        "startWithNeighborAttention: position embeddings must have the encoder's size 16, got 8. Build the embeddings without embeddingSize.",
      ),
    );
    expect(valuesOf()).toEqual(before);
    dispose([odd, small]);
  });
});
