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

test("keeps the numbers that JSON does not have", async () => {
  const folder = memoryFolder();
  const json = {
    history: [{ loss: NaN }, { loss: 0.5, best: -Infinity }],
    best: Infinity,
    zero: -0,
    text: "NaN",
    nothing: null,
    list: [[-0, 0]],
  };
  await saveTensors(folder, "state", { tensors: new Map(), json });
  const { json: back } = await loadTensors(folder, "state");
  expect(back).toStrictEqual(json); // tells -0 from 0
  await saveTensors(folder, "number", { tensors: new Map(), json: NaN });
  expect(await loadTensorsJson(folder, "number")).toBeNaN();
});

test("rejects what JSON cannot represent, and names its place", async () => {
  let cycle: object = {};
  cycle = Object.assign(cycle, { cycle });
  for (const [json, place] of [
    [() => 1, "json must be a JSON value, got a function"],
    [{ a: [1, new Map()] }, "json.a[1] must be a JSON value, got a Map"],
    [{ a: { b: Float32Array.of(1) } }, "json.a.b must be a JSON value, got"],
    [{ a: new Date(0) }, "json.a must be a JSON value, got"],
    [{ a: [undefined] }, "json.a[0] must be a JSON value, got undefined"],
    [{ a: 1n }, "json.a must be a JSON value, got"],
    [cycle, "must be nested at most 64 deep"],
  ] as const) {
    const folder = memoryFolder();
    await expect(saveTensors(folder, "state", { tensors: new Map(), json })).rejects.toThrow(place);
    expect(folder.files.size).toBe(0);
  }
  const folder = memoryFolder();
  await saveTensors(folder, "state", { tensors: new Map(), json: { a: undefined, b: 1 } });
  expect(await loadTensorsJson(folder, "state")).toStrictEqual({ b: 1 });
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
    "numbers.safetensors": writeSafetensors([], { metadata: { json: "{}", numbers: '[[["a"],"NaN"]]' } }),
    "bare.safetensors": writeSafetensors([{ name: "a", shape: [1], data: new Float64Array(1) }], {
      metadata: { json: "0" },
    }),
  });
  await expect(loadTensors(folder, "none.safetensors")).rejects.toThrow(/no none\.safetensors in memory/);
  await expect(loadTensors(folder, "plain.safetensors")).rejects.toThrow(/not written by saveTensors/);
  await expect(loadTensors(folder, "numbers.safetensors")).rejects.toThrow(/not written by saveTensors/);
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
