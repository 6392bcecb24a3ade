import { memoryFolder, openSafetensors, bytesSource } from "@bertkit/checkpoints";
import { Dense, dispose, LayerNorm, Rng, variables } from "@bertkit/nn";
import * as tf from "@tensorflow/tfjs-core";
import { beforeAll, expect, test } from "vitest";
import { loadModel, saveModel } from "../index.ts";

beforeAll(() => tf.setBackend("cpu"));

/** A custom model: a list of parts, one of them twice. */
function model(seed: number, outputSize = 3) {
  const shared = new Dense({ inputSize: 2, outputSize: 2, rng: new Rng(seed) });
  const last = new Dense({ inputSize: 2, outputSize, rng: new Rng(seed + 1), useBias: false });
  return { blocks: [shared, { norm: new LayerNorm({ size: 2 }), again: shared }], last };
}

const values = (from: object): [string, number[]][] =>
  Array.from(variables(from), ([path, variable]) => [path, [...variable.dataSync()]]);

test("any object graph is saved under its paths and loaded to the bit, shared variables once", async () => {
  const folder = memoryFolder();
  const [saved, loaded] = [model(1), model(5)];
  await saveModel(folder, saved);
  const file = await openSafetensors(bytesSource((await folder.read("model.safetensors"))!));
  expect([...file.entries.keys()].toSorted()).toEqual([...variables(saved).keys()].toSorted());
  expect(file.entries.has("blocks.1.again.kernel")).toBe(false);
  expect(values(loaded)).not.toEqual(values(saved));
  await loadModel(folder, loaded);
  expect(values(loaded)).toEqual(values(saved));
  dispose([saved, loaded]);
});

test("another model is rejected, and nothing is loaded", async () => {
  const folder = memoryFolder();
  const [saved, other] = [model(1), model(5, 4)];
  await saveModel(folder, saved);
  const before = values(other);
  await expect(loadModel(folder, other)).rejects.toThrow(
    /^loadModel: 1 of another shape or type: last.kernel.*create the model with the parts that were saved/,
  );
  await expect(loadModel(folder, { ...other, more: new LayerNorm({ size: 2 }) })).rejects.toThrow(
    /2 missing.*more.gamma/,
  );
  await expect(loadModel(folder, { blocks: other.blocks })).rejects.toThrow(/1 unexpected in the file: last.kernel/);
  expect(values(other)).toEqual(before);
  dispose([saved, other]);
});
