// Missing, unexpected and mismatched tensors are listed by name and in groups, for every file format.
import { fileURLToPath } from "node:url";
import { dispose } from "@bertkit/nn";
import * as tf from "@tensorflow/tfjs-core";
import { expect, test } from "vitest";
import { legacyFile } from "./__fixtures__/legacy-bytes.ts";
import { pickle, tensor, text, torchZip } from "./__fixtures__/pickle-bytes.ts";
import type { Folder } from "./folders/folder.ts";
import { localFolder } from "./folders/local-folder.ts";
import { memoryFolder } from "./folders/memory-folder.ts";
import { importVariables } from "./import-variables.ts";
import { openWeights } from "./open-weights.ts";
import type { TensorToStore } from "./safetensors/stored-tensor.ts";
import { writeSafetensors } from "./safetensors/write-safetensors.ts";
import { writeShardedSafetensors } from "./safetensors/write-shards.ts";
import { openTensorflow } from "./tensorflow/open-tensorflow.ts";
import { writeTensorflow } from "./tensorflow/write-tensorflow.ts";
import type { TensorSource } from "./tensor-source.ts";
import { writeTfjs } from "./tfjs/write-tfjs.ts";

const tensors: TensorToStore[] = ["a", "b", "c", "d"].map((name, i) => ({
  name,
  shape: [4],
  data: Float32Array.of(i, 1, 2, 3),
}));
const floats = new Uint8Array(Float32Array.of(0, 1, 2, 3).buffer);
const stateDict = pickle("}(", ...["a", "b", "c", "d"].flatMap((name) => [text(name), ...tensor()]), "u");
const garden = fileURLToPath(new URL("../../bertkit/src/__fixtures__/model-garden/", import.meta.url));

const written = async (write: (folder: ReturnType<typeof memoryFolder>) => Promise<void>): Promise<Folder> => {
  const folder = memoryFolder();
  await write(folder);
  return folder;
};
const opened = (write: (folder: ReturnType<typeof memoryFolder>) => Promise<void>) => async () =>
  openWeights(await written(write));

test.each<[string, () => Promise<TensorSource>]>([
  ["safetensors", opened((folder) => folder.write("model.safetensors", writeSafetensors(tensors)))],
  ["safetensors in shards", opened((folder) => writeShardedSafetensors(folder, tensors, { maxShardBytes: 16 }))],
  ["PyTorch, zip", opened((folder) => folder.write("pytorch_model.bin", torchZip(stateDict, floats)))],
  ["PyTorch, legacy", opened((folder) => folder.write("pytorch_model.bin", legacyFile(stateDict, "0", floats)))],
  ["TensorFlow 1", opened((folder) => writeTensorflow(folder, "bert_model.ckpt", tensors))],
  ["TensorFlow 2, a training checkpoint", () => openTensorflow(localFolder(`${garden}checkpoint`), "ckpt-1")],
  ["TensorFlow 2, a SavedModel", () => openWeights(localFolder(`${garden}saved_model`))],
  ["TensorFlow.js", opened((folder) => writeTfjs(folder, tensors))],
])("%s", async (_, open) => {
  const source = await open();
  const [fits, longer, ...others] = [...source.entries.values()].filter(({ type }) => type === "F32");
  const rest = [...source.entries.keys()].filter((name) => name !== fits!.name && name !== longer!.name);
  expect(others.length).toBeGreaterThan(0);
  const model = tf.tidy(() => ({
    fits: tf.variable(tf.fill([...fits!.shape], 7)),
    longer: tf.variable(tf.zeros([...longer!.shape, 2])),
    absent: tf.variable(tf.zeros([2])),
    unnamed: tf.variable(tf.zeros([2])),
  }));
  const rules = [
    { path: "fits", name: fits!.name },
    { path: "longer", name: longer!.name },
    { path: "absent", name: "not/in/the/file" },
  ];
  const loading = importVariables(model, source, rules);
  await expect(loading).rejects.toMatchObject({ code: "NAMES" });
  const message = await loading.catch((error: Error) => error.message);
  const listed = rest.length > 8 ? `${rest.slice(0, 8).join(", ")} and ${rest.length - 8} more` : rest.join(", ");
  const shape = longer!.shape.join(", ");
  expect(message).toBe(
    `importVariables: 2 missing from the file: not/in/the/file (absent), unnamed (no rule names it); ` +
      `${rest.length} unexpected in the file: ${listed}; ` +
      `1 of another shape or type: ${longer!.name} (expected float32 [${shape}, 2], got F32 [${shape}]). ` +
      `Nothing was loaded; pass { strict: false } to load the rest.`,
  );
  expect(new Set(model.fits.dataSync())).toEqual(new Set([7]));

  const report = await importVariables(model, source, rules, { strict: false });
  expect(report).toEqual({
    loaded: ["fits"],
    missing: [
      { path: "absent", name: "not/in/the/file" },
      { path: "unnamed", name: undefined },
    ],
    unexpected: rest,
    mismatched: [{ path: "longer", name: longer!.name, expected: `float32 [${shape}, 2]`, found: `F32 [${shape}]` }],
  });
  expect([...model.fits.dataSync()]).toEqual([...(await source.tensor(fits!.name)).data]);
  expect(new Set(model.longer.dataSync())).toEqual(new Set([0]));
  await source.close();
  dispose(model);
});
