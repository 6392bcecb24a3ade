import * as tf from "@tensorflow/tfjs-core";
import { gradients, ids, numbers, type Build } from "./cases.ts";

/** A kernel that TensorFlow.js does not have, and the same composed from its kernels, for the cpu backend. */
export interface FusedCase {
  readonly build: Build;
  readonly expected: Build;
}

const [rows, size] = [512, 256] as const;
const [batch, tokens, heads, headSize] = [4, 96, 4, 32] as const;

function run(name: string, inputs: Record<string, tf.Tensor>, attributes: object = {}): tf.Tensor[] {
  return [tf.engine().runKernel(name, inputs as never, attributes as never)].flat() as tf.Tensor[];
}

const x = (seed = 0): tf.Tensor => numbers(seed, rows, size);
const weights = (seed: number): tf.Tensor => tf.add(numbers(seed, size), 1.5);

function norm(values: tf.Tensor, gamma: tf.Tensor, beta: tf.Tensor): tf.Tensor[] {
  const mean = tf.mean(values, -1, true);
  const centered = tf.sub(values, mean);
  const inverse = tf.rsqrt(tf.add(tf.mean(tf.square(centered), -1, true), 1e-6));
  return [tf.add(tf.mul(tf.mul(centered, inverse), gamma), beta), mean, inverse];
}

function gelu(values: tf.Tensor): tf.Tensor {
  return tf.mul(tf.mul(values, 0.5), tf.add(tf.erf(tf.mul(values, Math.SQRT1_2)), 1));
}

function tanhGelu(values: tf.Tensor): tf.Tensor {
  const inner = tf.mul(tf.add(values, tf.mul(tf.mul(tf.square(values), values), 0.044715)), Math.sqrt(2 / Math.PI));
  return tf.mul(tf.mul(values, 0.5), tf.add(tf.tanh(inner), 1));
}

const labels = (): tf.Tensor => ids(size, rows);

function crossEntropy(logits: tf.Tensor): tf.Tensor {
  return tf.neg(tf.sum(tf.mul(tf.logSoftmax(logits), tf.oneHot(labels() as tf.Tensor1D, size)), -1));
}

const classes = 2048;
const linear = (): [tf.Tensor, tf.Tensor, tf.Tensor] => [x(), numbers(1, classes, size), numbers(2, classes)];
const classLabels = (): tf.Tensor => ids(classes, rows);

function logitsOf(values: tf.Tensor, table: tf.Tensor, bias: tf.Tensor): tf.Tensor2D {
  return tf.add(tf.matMul(values as tf.Tensor2D, table as tf.Tensor2D, false, true), bias);
}

function linearLoss(...inputs: tf.Tensor[]): tf.Tensor {
  const target = tf.oneHot(classLabels() as tf.Tensor1D, classes);
  return tf.neg(tf.sum(tf.mul(tf.logSoftmax(logitsOf(inputs[0]!, inputs[1]!, inputs[2]!)), target), -1));
}

/** Probabilities less one-hot labels. */
function excessOf(...[values, table, bias]: [tf.Tensor, tf.Tensor, tf.Tensor]): tf.Tensor {
  return tf.sub(tf.softmax(logitsOf(values, table, bias)), tf.oneHot(classLabels() as tf.Tensor1D, classes));
}

/** Self-attention with projections, which becomes one ONNX Runtime operator if nothing differentiates it. */
function attention(hidden: tf.Tensor, projections: readonly tf.Tensor[], mask: tf.Tensor): tf.Tensor {
  const [query, key, value] = projections.map((weight) => {
    const product = tf.matMul(tf.reshape(hidden, [batch * tokens, heads * headSize]), weight as tf.Tensor2D);
    return tf.transpose(tf.reshape(product, [batch, tokens, heads, headSize]), [0, 2, 1, 3]);
  }) as [tf.Tensor, tf.Tensor, tf.Tensor];
  const scores = tf.add(tf.mul(tf.matMul(query, key, false, true), headSize ** -0.5), mask);
  const mixed = tf.matMul(tf.softmax(scores), value);
  return tf.reshape(tf.transpose(mixed, [0, 2, 1, 3]), [batch, tokens, heads * headSize]);
}

const hidden = (): tf.Tensor => numbers(0, batch, tokens, heads * headSize);
const projections = (): tf.Tensor[] =>
  [1, 2, 3].map((seed) => tf.mul(numbers(seed, heads * headSize, heads * headSize), 0.3));
const mask = (): tf.Tensor => tf.mul(tf.cast(tf.greater(numbers(5, batch, 1, 1, tokens), 0.8), "float32"), -1e4);

/** The weights never change, so they become constants of the graph. */
function frozenAttention(): tf.Tensor {
  const variables = projections().map((weight) => tf.variable(weight, false));
  const run = (): tf.TypedArray => {
    const result = tf.tidy(() => attention(hidden(), variables, mask()));
    const values = result.dataSync().slice();
    result.dispose();
    return values;
  };
  for (let steady = 0; steady < 5; steady++) run();
  const read = tf.tensor(run(), [batch, tokens, heads * headSize]);
  tf.dispose(variables);
  return read;
}

const attentionOf =
  (of: (x: tf.Tensor, projections: tf.Tensor[], mask: tf.Tensor) => tf.Tensor | tf.Tensor[]): Build =>
  () =>
    of(hidden(), projections(), mask());
const same = (build: Build): FusedCase => ({ build, expected: build });

export const fusedCases: Record<string, FusedCase> = {
  BertkitBarrier: { build: () => run("BertkitBarrier", { x: tf.exp(x()) }), expected: () => tf.exp(x()) },
  BertkitDropout: {
    build: () => [
      ...run("BertkitDropout", { x: x(), mask: tf.greater(x(1), 0) }, { kept: 1.25, backward: false }),
      ...run("BertkitDropout", { x: x(), mask: tf.greater(x(1), 0) }, { kept: 1.25, backward: true }),
    ],
    expected: () => [1, 2].map(() => tf.mul(tf.mul(x(), tf.cast(tf.greater(x(1), 0), "float32")), 1.25)),
  },
  BertkitGelu: {
    build: () => [true, false].flatMap((approximate) => run("BertkitGelu", { x: x() }, { approximate })),
    expected: () => [tanhGelu(x()), gelu(x())],
  },
  BertkitGeluGradient: {
    build: () =>
      [true, false].flatMap((approximate) => run("BertkitGeluGradient", { dy: x(3), x: x() }, { approximate })),
    expected: () => [...gradients(tanhGelu, x()), ...gradients(gelu, x())],
  },
  BertkitLayerNorm: {
    build: () => run("BertkitLayerNorm", { x: x(), gamma: weights(1), beta: numbers(2, size) }, { epsilon: 1e-6 }),
    expected: () => norm(x(), weights(1), numbers(2, size)),
  },
  BertkitLayerNormGradient: {
    build: () => {
      const [, mean, inverse] = norm(x(), weights(1), numbers(2, size));
      const inputs = { dy: x(3), x: x(), gamma: weights(1), mean: mean!, inverse: inverse! };
      return run("BertkitLayerNormGradient", inputs);
    },
    expected: () => gradients((...inputs) => norm(inputs[0]!, inputs[1]!, inputs[2]!)[0]!, x(), weights(1), numbers(2, size)),
  },
  BertkitLinearCrossEntropy: {
    build: () => {
      const [values, table, bias] = linear();
      return run("BertkitLinearCrossEntropy", { x: values, table, bias, labels: classLabels() });
    },
    expected: () => {
      const hits = tf.cast(tf.equal(tf.argMax(logitsOf(...linear()), 1), classLabels()), "float32");
      return [tf.stack([linearLoss(...linear()), hits]), excessOf(...linear())];
    },
  },
  BertkitLinearCrossEntropyGradient: {
    build: () => {
      const [values, table] = linear();
      const dy = tf.stack([numbers(3, rows), numbers(4, rows)]);
      return run("BertkitLinearCrossEntropyGradient", { dy, x: values, table, excess: excessOf(...linear()) });
    },
    expected: () => gradients(linearLoss, ...linear()),
  },
  BertkitSoftmaxCrossEntropy: {
    build: () => run("BertkitSoftmaxCrossEntropy", { logits: x(), labels: labels() }),
    expected: () => [crossEntropy(x()), tf.softmax(x() as tf.Tensor2D)],
  },
  BertkitSoftmaxCrossEntropyGradient: {
    build: () =>
      run("BertkitSoftmaxCrossEntropyGradient", {
        dy: numbers(3, rows),
        probabilities: tf.softmax(x() as tf.Tensor2D),
        labels: labels(),
      }),
    expected: () => gradients(crossEntropy, x()),
  },
  "attention, one operator": same(attentionOf(attention)),
  "attention, one operator with its projections": same(frozenAttention),
  "attention, its gradients": same(
    attentionOf((values, matrices, biases) =>
      gradients((first, ...rest) => attention(first!, rest, biases), values, ...matrices),
    ),
  ),
};
