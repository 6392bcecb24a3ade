import { defaultDevice, init, jit, nn, numpy as np, type JsTree, tree, valueAndGrad } from "@jax-js/jax";
import type { BertConfig } from "@bertkit/encoder";
import type { PretrainingBatch } from "@bertkit/pretraining";

type Values = Record<string, np.Array>;

export interface Weight {
  readonly shape: readonly number[];
  readonly values: Float32Array;
}

interface Ids {
  readonly inputIds: np.Array;
  readonly tokenTypeIds: np.Array;
  readonly positions: np.Array;
  /** Indices into the flattened [batch · tokens, size]. */
  readonly maskedRows: np.Array;
  readonly firstRows: np.Array;
  readonly maskedIds: np.Array;
  readonly nextSentenceLabels: np.Array;
  /** jax-js 0.1.25 does not compile the gradient of `take` behind a reshape; a product in between does. */
  readonly one: np.Array;
}

/**
 * The same pretraining step written for jax-js: masked LM over the masked positions and next sentence, gradients clipped
 * to the global norm 1, AdamW. No mask of the tokens, since the batches have no padding. One jitted function.
 * @returns a function that runs one step and returns its loss
 */
export async function jaxTraining(
  device: "wasm" | "webgpu",
  config: BertConfig,
  shape: readonly [number, number],
  weights: Readonly<Record<string, Weight>>,
): Promise<(batch: PretrainingBatch) => Promise<number>> {
  if (!(await init(device)).includes(device)) throw new Error(`page: jax-js has no ${device} here.`);
  defaultDevice(device);
  const parameters: Values = {};
  for (const [name, { shape, values }] of Object.entries(weights))
    parameters[name] = np.array(values.slice(), { shape: [...shape] });
  const zeros = (): Values =>
    Object.fromEntries(Object.entries(weights).map(([name, { shape }]) => [name, np.zeros([...shape])]));
  let state: [Values, Values, Values] = [parameters, zeros(), zeros()];
  let count = 0;
  const decays = (name: string): boolean => !/bias$|[nN]orm/.test(name);
  const step = jit((now: [Values, Values, Values], ids: Ids, corrections: np.Array[]) => {
    const [loss, gradients] = valueAndGrad((values: Values) => pretrainingLoss(values, tree.ref(ids), shape, config))(
      tree.ref(now[0]),
    ) as unknown as [np.Array, Values];
    tree.dispose(ids as unknown as JsTree<np.Array>);
    return [loss, ...adamWStep(now, gradients, corrections as [np.Array, np.Array], decays)];
  });
  return async (batch) => {
    count++;
    const corrections = [1 - 0.9 ** count, Math.sqrt(1 - 0.999 ** count)].map((value) => np.array([value]));
    const [loss, ...next] = step(state as never, idsOf(batch) as never, corrections as never) as unknown as [
      np.Array,
      Values,
      Values,
      Values,
    ];
    state = next;
    const [value] = await loss.data();
    for (const tensor of tree.leaves(state as unknown as JsTree<np.Array>)) await tensor.blockUntilReady();
    return value!;
  };
}

/** The product of a random matrix with itself, jitted. */
export function jaxMatrixProduct(size: number): () => Promise<unknown> {
  const x = np.array(Float32Array.from({ length: size * size }, Math.random), { shape: [size, size] });
  const product = jit((a: np.Array) => np.matmul(a.ref, a));
  return async () => {
    const result = product(x.ref);
    await result.blockUntilReady();
    result.dispose();
  };
}

function idsOf(batch: PretrainingBatch): Ids {
  const [rows, length] = batch.shape;
  const ints = (values: ArrayLike<number>): np.Array => np.array(Int32Array.from(values), { dtype: np.int32 });
  const maskedRows = Int32Array.from(
    batch.maskedPositions,
    (position, i) => Math.floor(i / batch.maxPredictions) * length + position,
  );
  return {
    inputIds: ints(batch.inputIds),
    tokenTypeIds: ints(batch.tokenTypeIds!),
    positions: ints(Array.from({ length: rows * length }, (_, i) => i % length)),
    maskedRows: ints(maskedRows),
    firstRows: ints(Array.from({ length: rows }, (_, i) => i * length)),
    maskedIds: ints(batch.maskedIds),
    nextSentenceLabels: ints(batch.nextSentenceLabels!),
    one: np.array([1]),
  };
}

function adamWStep(
  [values, firsts, seconds]: [Values, Values, Values],
  gradients: Values,
  [first, second]: [np.Array, np.Array],
  decays: (name: string) => boolean,
): [Values, Values, Values] {
  const squares = Object.values(gradients).map((gradient) => np.sum(gradient.ref.mul(gradient.ref)));
  const norm = np.sqrt(squares.reduce((sum, square) => sum.add(square)));
  const scale = np.minimum(np.reciprocal(norm), 1);
  const next: [Values, Values, Values] = [{}, {}, {}];
  for (const [name, value] of Object.entries(values)) {
    const gradient = gradients[name]!.mul(scale.ref);
    const m = firsts[name]!.mul(0.9).add(gradient.ref.mul(0.1));
    const v = seconds[name]!.mul(0.999).add(gradient.ref.mul(gradient).mul(0.001));
    next[1][name] = m.ref;
    next[2][name] = v.ref;
    const update = m.div(first.ref).div(np.sqrt(v).div(second.ref).add(1e-6));
    const decayed = decays(name) ? update.add(value.ref.mul(0.01)) : update;
    next[0][name] = value.sub(decayed.mul(1e-4));
  }
  tree.dispose([scale, first, second]);
  return next;
}

function pretrainingLoss(
  values: Values,
  ids: Ids,
  [rows, length]: readonly [number, number],
  config: BertConfig,
): np.Array {
  const { hiddenSize: size, attentionHeads: heads, hiddenLayers: layers, layerNormEpsilon = 1e-12 } = config;
  const at = (name: string): np.Array => values[name]!.ref;
  const dense = (x: np.Array, name: string): np.Array => np.matmul(x, at(`${name}.kernel`)).add(at(`${name}.bias`));
  const norm = (x: np.Array, name: string): np.Array => {
    const centered = x.ref.sub(np.mean(x, -1, { keepdims: true }));
    const variance = np.mean(centered.ref.mul(centered.ref), -1, { keepdims: true });
    return centered
      .div(np.sqrt(variance.add(layerNormEpsilon)))
      .mul(at(`${name}.gamma`))
      .add(at(`${name}.beta`));
  };
  const inHeads = (x: np.Array): np.Array => np.transpose(x.reshape([rows, length, heads, size / heads]), [0, 2, 1, 3]);

  const take = (x: np.Array, rowsOfIt: np.Array): np.Array => np.take(x, rowsOfIt, 0).mul(ids.one.ref);
  const words = take(at("encoder.embeddings.word.table"), ids.inputIds);
  const types = take(at("encoder.embeddings.tokenType.table"), ids.tokenTypeIds);
  const positions = take(at("encoder.embeddings.position.table"), ids.positions);
  let x = norm(words.add(types).add(positions), "encoder.embeddings.norm");
  for (let i = 0; i < layers; i++) {
    const layer = `encoder.layers.${i}`;
    const [query, key, value] = ["query", "key", "value"].map((part) =>
      inHeads(dense(x.ref, `${layer}.attention.${part}`)),
    ) as [np.Array, np.Array, np.Array];
    const scores = np.matmul(query, np.transpose(key, [0, 1, 3, 2])).mul(1 / Math.sqrt(size / heads));
    const mixed = np.transpose(np.matmul(nn.softmax(scores, -1), value), [0, 2, 1, 3]).reshape([rows * length, size]);
    x = norm(x.add(dense(mixed, `${layer}.attention.output`)), `${layer}.attentionNorm`);
    const expanded = nn.gelu(dense(x.ref, `${layer}.feedForward.expand`), { approximate: false });
    x = norm(x.add(dense(expanded, `${layer}.feedForward.contract`)), `${layer}.feedForwardNorm`);
  }
  const head = "objective.parts.0.head";
  const hidden = take(x.ref, ids.maskedRows);
  const transformed = norm(nn.gelu(dense(hidden, `${head}.dense`), { approximate: false }), `${head}.norm`);
  const logits = np.matmul(transformed, np.transpose(at("encoder.embeddings.word.table"))).add(at(`${head}.bias`));
  const masked = crossEntropy(logits, ids.maskedIds, config.vocabularySize);

  const starts = take(x, ids.firstRows);
  const pooled = np.tanh(dense(starts, "encoder.pooler.dense"));
  const pairs = crossEntropy(dense(pooled, "objective.parts.1.head.dense"), ids.nextSentenceLabels, 2);
  ids.one.dispose();
  tree.dispose(values as unknown as JsTree<np.Array>);
  return masked.add(pairs);
}

/** Mean over the rows of [rows, classes]. */
function crossEntropy(logits: np.Array, labels: np.Array, classes: number): np.Array {
  return np.mean(np.sum(nn.logSoftmax(logits, -1).mul(nn.oneHot(labels, classes)), -1)).mul(-1);
}
