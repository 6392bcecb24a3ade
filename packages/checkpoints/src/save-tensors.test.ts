import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Rng } from "@bertkit/nn";
import * as tf from "@tensorflow/tfjs-core";
import { afterEach, beforeEach, expect, test } from "vitest";
import { CheckpointError } from "./checkpoint-error.ts";
import { memoryFolder } from "./folders/memory-folder.ts";
import { localFolder } from "./folders/local-folder.ts";
import { loadTensors, loadTensorsJson } from "./load-tensors.ts";
import { readSafetensors } from "./safetensors/read-safetensors.ts";
import { writeSafetensors } from "./safetensors/write-safetensors.ts";
import { saveTensors } from "./save-tensors.ts";

let directory: string;
beforeEach(async () => (directory = await mkdtemp(join(tmpdir(), "bertkit-tensors-"))));
afterEach(() => rm(directory, { recursive: true }));

test("tensors and JSON round-trip bit for bit", async () => {
  const folder = localFolder(directory);
  const rng = new Rng(3);
  const tensors = new Map<string, tf.Tensor>([
    ["moments/layers.0.kernel", tf.tensor2d([1e-40, -0, 3.3, NaN], [2, 2])],
    ["ids", tf.tensor1d([1, -2], "int32")],
    ["mask", tf.tensor1d([true, false], "bool")],
    ["scalar", tf.scalar(5)],
  ]);
  await saveTensors(folder, "state.safetensors", { tensors, json: { step: 12, rng: rng.state(), text: "é\n" } });
  const loaded = await loadTensors(folder, "state.safetensors");
  expect(loaded.json).toEqual({ step: 12, rng: rng.state(), text: "é\n" });
  expect(await loadTensorsJson(folder, "state.safetensors")).toEqual(loaded.json);
  expect([...loaded.tensors.keys()].sort()).toEqual([...tensors.keys()].sort());
  for (const [name, tensor] of tensors) {
    const back = loaded.tensors.get(name)!;
    expect([back.dtype, back.shape], name).toEqual([tensor.dtype, tensor.shape]);
    expect(
      [...back.dataSync()].every((value, i) => Object.is(value, tensor.dataSync()[i])),
      name,
    ).toBe(true);
  }
  tf.dispose([...tensors.values(), ...loaded.tensors.values()]);
});

test("detects any flipped bit, a truncated or an empty file, and leaves no tensors", async () => {
  const memory = memoryFolder();
  const tensors = new Map([["w", tf.tensor1d([1, 2, 3])]]);
  await saveTensors(memory, "state", { tensors, json: { step: 3 } });
  const bytes = memory.files.get("state")!;
  const { numTensors } = tf.memory();
  const rejected = (file: Uint8Array): Promise<void> =>
    expect(loadTensors(memoryFolder({ state: file }), "state")).rejects.toSatisfy(CheckpointError.isInstance);
  for (let bit = 0; bit < 8 * bytes.length; bit++) {
    const damaged = bytes.slice();
    damaged[bit >> 3]! ^= 1 << (bit & 7);
    await rejected(damaged);
  }
  for (let length = 0; length < bytes.length; length++) await rejected(bytes.slice(0, length));
  await rejected(Uint8Array.of(...bytes, 0));
  expect(tf.memory().numTensors).toBe(numTensors);
  expect((await readSafetensors(bytes)).tensors.get("w")!.data).toEqual(Float32Array.of(1, 2, 3)); // for other libraries
  tf.dispose([...tensors.values()]);
});

test("rejects files that saveTensors did not write", async () => {
  const folder = memoryFolder({
    "plain.safetensors": writeSafetensors([{ name: "a", shape: [1], data: new Float32Array(1) }]),
    "bare.safetensors": writeSafetensors([{ name: "a", shape: [1], data: new Float64Array(1) }], {
      metadata: { json: "0" },
    }),
  });
  await expect(loadTensors(folder, "none.safetensors")).rejects.toThrow(/no none\.safetensors in memory/);
  await expect(loadTensors(folder, "plain.safetensors")).rejects.toThrow(/not written by saveTensors/);
  await expect(loadTensors(folder, "bare.safetensors")).rejects.toThrow(/does not end with its checksum/);
});

test("rejects string tensors", async () => {
  const tensors = new Map([["name", tf.tensor1d(["a"])]]);
  await expect(saveTensors(memoryFolder(), "state.safetensors", { tensors })).rejects.toThrow(/"name" is string/);
});

test("rejects a read-only folder first", async () => {
  const readOnly = { label: "https://example.org/", read: async () => undefined };
  await expect(saveTensors(readOnly, "state.safetensors", { tensors: new Map() })).rejects.toThrow(
    "https://example.org/ is read-only",
  );
});
