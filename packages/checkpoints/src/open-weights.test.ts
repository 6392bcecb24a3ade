import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { CheckpointError } from "./checkpoint-error.ts";
import { localFolder } from "./folders/local-folder.ts";
import { memoryFolder } from "./folders/memory-folder.ts";
import { openWeights } from "./open-weights.ts";
import { readSafetensors } from "./safetensors/read-safetensors.ts";
import { writeSafetensors } from "./safetensors/write-safetensors.ts";
import { writeTensorflow } from "./tensorflow/write-tensorflow.ts";
import { writeTfjs } from "./tfjs/write-tfjs.ts";

const a = writeSafetensors([
  { name: "a", shape: [1], data: Float32Array.of(1) },
  { name: "spare", shape: [1], data: Float32Array.of(9) },
]);
const b = writeSafetensors([{ name: "b", shape: [1], data: Float32Array.of(2) }]);
const index = (weightMap: unknown): string => JSON.stringify({ metadata: { total_size: 8 }, weight_map: weightMap });
const shards = (weightMap: unknown): ReturnType<typeof memoryFolder> =>
  memoryFolder({
    "model-00001-of-00002.safetensors": a,
    "model-00002-of-00002.safetensors": b,
    "model.safetensors.index.json": index(weightMap),
  });

test("one file", async () => {
  const weights = await openWeights(memoryFolder({ "model.safetensors": a }));
  expect([...weights.entries.keys()]).toEqual(["a", "spare"]);
});

test("shards, by their index", async () => {
  const weights = await openWeights(
    shards({ a: "model-00001-of-00002.safetensors", b: "model-00002-of-00002.safetensors" }),
  );
  expect([...weights.entries.keys()]).toEqual(["a", "b"]);
  expect((await weights.tensor("b")).data).toEqual(Float32Array.of(2));
  await expect(weights.tensor("spare")).rejects.toThrow(/no file has "spare"/);
  await weights.close();
});

test("closes what it opened when a later shard is missing", async () => {
  const folder = shards({ a: "model-00001-of-00002.safetensors", b: "gone.safetensors" });
  let open = 0;
  const counted = {
    ...folder,
    async open(name: string) {
      const bytes = await folder.read(name);
      if (!bytes) return undefined;
      open++;
      return {
        size: bytes.length,
        read: async (start: number, end: number) => bytes.slice(start, end),
        close: async () => void open--,
      };
    },
  };
  await expect(openWeights(counted)).rejects.toThrow(/names gone\.safetensors, which does not exist in memory/);
  expect(open).toBe(0);
});

test.each([
  ["../other/model.safetensors", /shards must be in the folder of the index/],
  ["..", /may be outside/],
  ["C:evil.safetensors", /may be outside/],
  ["\\\\host\\share", /may be outside/],
  [7, /has no file name for "a"/],
])("rejects an index with file %s", async (file, message) => {
  await expect(openWeights(shards({ a: file }))).rejects.toThrow(message);
});

test("says what is missing", async () => {
  await expect(openWeights(memoryFolder())).rejects.toThrow(
    /memory has no weights\. Looked for model\.safetensors, model\.safetensors\.index\.json, pytorch_model\.bin, /,
  );
  await expect(openWeights(shards(undefined))).rejects.toThrow(/has no weight_map/);
  await expect(openWeights(shards({ c: "model-00002-of-00002.safetensors" }))).rejects.toThrow(
    /places "c" in model-00002-of-00002\.safetensors, which does not have it/,
  );
});

test("a directory named checkpoint is not the file of that name", async () => {
  const directory = await mkdtemp(join(tmpdir(), "bertkit-weights-"));
  const folder = localFolder(directory);
  await folder.write("checkpoint/step-9/notes.txt", new Uint8Array(1));
  await writeTfjs(folder, [{ name: "a", shape: [1], data: Float32Array.of(1) }]);
  const weights = await openWeights(folder);
  expect((await weights.tensor("a")).data).toEqual(Float32Array.of(1));
  await weights.close();
  await rm(directory, { recursive: true });
});

test("a checkpoint file without its index is an error, and no other format is tried", async () => {
  const folder = memoryFolder({
    checkpoint: 'model_checkpoint_path: "model.ckpt-9"\n',
    "model.json": JSON.stringify({ weightsManifest: [] }),
  });
  await expect(openWeights(folder)).rejects.toThrow(
    /checkpoint names "model\.ckpt-9", whose index does not exist in memory/,
  );
});

const pointer =
  "version https://git-lfs.github.com/spec/v1\noid sha256:53aa51172d142c89d9012cce15ae4d6c\nsize 90868376\n";
const webPage = "<!DOCTYPE html>\n<html><head><title>Not found</title></head></html>\n";
const manifest = JSON.stringify({
  weightsManifest: [{ paths: ["a.bin"], weights: [{ name: "a", shape: [64], dtype: "float32" }] }],
});

describe.each([
  ["a pointer of Git LFS", pointer, /is a pointer of Git LFS, not the file: run `git lfs pull` in the clone/],
  ["a web page", webPage, /is a web page, not the file: correct the address/],
])("%s in the place of", (_, text, message) => {
  test.each([
    ["model.safetensors", {}],
    ["model.safetensors.index.json", {}],
    ["a.safetensors", { "model.safetensors.index.json": index({ a: "a.safetensors" }) }],
    ["pytorch_model.bin", {}],
    ["bert_model.ckpt.index", {}],
    ["model.json", {}],
    ["a.bin", { "model.json": manifest }],
  ])("%s is named", async (name, others) => {
    const opened = openWeights(memoryFolder({ ...others, [name]: text }));
    await expect(opened).rejects.toThrow(message);
    await expect(opened).rejects.toThrow(name);
    await expect(opened).rejects.toSatisfy(CheckpointError.isInstance);
  });

  test("the data of a TensorFlow checkpoint is named", async () => {
    const folder = memoryFolder();
    await writeTensorflow(folder, "bert_model.ckpt", [{ name: "a", shape: [64], data: new Float32Array(64) }]);
    await folder.write("bert_model.ckpt.data-00000-of-00001", new TextEncoder().encode(text));
    await expect(openWeights(folder)).rejects.toThrow(message);
    await expect(openWeights(folder)).rejects.toThrow("bert_model.ckpt.data-00000-of-00001 in memory is");
  });

  test("bytes of safetensors is an error", () => {
    expect(() => readSafetensors(new TextEncoder().encode(text))).toThrow(message);
  });
});
