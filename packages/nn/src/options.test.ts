import { expect, it } from "vitest";
import {
  countParameters,
  Dense,
  Dropout,
  Embedding,
  freeze,
  LayerNorm,
  normal,
  parameter,
  Rng,
  summary,
  truncatedNormal,
  variables,
  zeros,
} from "./index.ts";

const rng = new Rng(0);
const dense = new Dense({ inputSize: 1, outputSize: 1, rng });

it.each([
  [
    () => new Dense({ inputSize: 0, outputSize: 1, rng }),
    /^Dense: inputSize must be a whole number of at least 1, got 0/,
  ],
  [() => new Dense({ inputSize: 1, outputSize: NaN, rng }), /^Dense: outputSize/],
  [() => new Embedding({ count: 2.5, size: 1, rng }), /^Embedding: count/],
  [() => new Embedding({ count: 2, size: -1, rng }), /^Embedding: size/],
  [
    () => new Embedding({ count: 2, size: 1, rng, paddingId: 2 }),
    /^Embedding: paddingId must be one of the 2 ids, got 2/,
  ],
  [() => new Embedding({ count: 2, size: 1, rng, paddingId: NaN }), /^Embedding: paddingId/],
  [() => new LayerNorm({ size: 0 }), /^LayerNorm: size/],
  [() => new LayerNorm({ size: 1, epsilon: NaN }), /^LayerNorm: epsilon/],
  [() => new Dropout(1), /^Dropout: rate must be a number from 0 and below 1, got 1/],
  [() => new Dropout(NaN), /^Dropout: rate/],
  [() => truncatedNormal(NaN), /^truncatedNormal: standardDeviation/],
  [() => normal(-1), /^normal: standardDeviation/],
  [() => parameter([2, -1], zeros, rng), /^parameter: shape\[1\]/],
  [() => new Rng(0.5), /^Rng: the seed must be a whole number/],
  [() => rng.integer(0, 0.5), /^Rng.integer: low and high must be whole numbers/],
  [() => rng.restore([1, 2, 3, NaN]), /^Rng.restore: a state is four 32-bit words/],
  [() => summary(dense, 0), /^summary: depth/],
])("rejects an invalid number: %s", (make, message) => {
  expect(make).toThrow(RangeError);
  expect(make).toThrow(message);
});

it.each([
  [
    () => new Dense({ inputSize: 1, outputSize: 1, rng, bias: false } as never),
    "Dense: no option is called bias. Did you mean useBias? Use ",
  ],
  [() => new Dense({ inputSize: 1, outputSize: 1 } as never), "Dense: rng must be an Rng, got undefined."],
  [() => new Embedding({ count: 1, size: 1, rng, padding: 0 } as never), "Embedding: no option is called padding."],
  [() => new LayerNorm({ size: 1, eps: 1e-6 } as never), "LayerNorm: no option is called eps."],
  [() => freeze(dense, "kernel" as never), 'freeze: chosen must be a function, got "kernel".'],
  [() => variables(undefined as never), "variables: the model must be an object, got undefined."],
  [() => countParameters("model" as never), 'variables: the model must be an object, got "model".'],
])("rejects %s", (make, message) => {
  expect(make).toThrow(TypeError);
  expect(make).toThrow(message);
});

it("treats undefined as omitted", () => {
  const plain = new Dense({ inputSize: 1, outputSize: 1, rng: new Rng(1) });
  const given = { inputSize: 1, outputSize: 1, rng: new Rng(1), useBias: undefined, initializer: undefined };
  const same = new Dense(given as never);
  expect([...same.kernel.dataSync(), same.bias!.dataSync()[0]]).toEqual([...plain.kernel.dataSync(), 0]);
  expect(new LayerNorm({ size: 1, epsilon: undefined } as never).epsilon).toBe(1e-12);
});
