// Saves over another model's folder, interrupted at every file operation, as by a crash.
import { cp, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { useBackend } from "@bertkit/backend";
import { createBert } from "@bertkit/encoder";
import { dispose, Rng, variables } from "@bertkit/nn";
import { stopAtFileOperation } from "@bertkit/testing";
import { bertTokenizer, Vocabulary } from "@bertkit/tokenizer";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { tinyClassifierModel, tinyConfig, tinyPretrainingModel } from "../__fixtures__/tiny-model.ts";
import { fromPretrained } from "./from-pretrained.ts";
import type { PretrainedParts } from "./pretrained.ts";
import { saveOnnx } from "./save-onnx.ts";
import { savePretrained } from "./save-pretrained.ts";
import { saveTensorflowCheckpoint } from "./save-tensorflow-checkpoint.ts";

let directory: string;
let older: PretrainedParts;
let newer: PretrainedParts;
beforeAll(async () => {
  await useBackend("node");
  directory = await mkdtemp(join(tmpdir(), "bertkit-save-over-"));
  older = tinyPretrainingModel();
  const vocabulary = new Vocabulary([
    "[PAD]",
    "[UNK]",
    "[CLS]",
    "[SEP]",
    "[MASK]",
    ..."zebra good eclair bad".split(" "),
  ]);
  const config = { ...tinyConfig, vocabularySize: vocabulary.size, hiddenLayers: 1 };
  newer = { config, tokenizer: bertTokenizer({ vocabulary }), encoder: createBert(config, new Rng(6)) };
});
afterAll(async () => {
  dispose([older, newer]);
  await rm(directory, { recursive: true });
});

const numbers = ({ encoder, maskedLm, nextSentence }: PretrainedParts): number[] =>
  [...variables({ encoder, maskedLm, nextSentence }).values()].flatMap((variable) => [...variable.dataSync()]);
const words = ({ tokenizer }: PretrainedParts): string[] =>
  Array.from({ length: tokenizer.vocabulary.size }, (_, id) => tokenizer.vocabulary.token(id));

/** The model that a folder loads; none if it says that a save was interrupted, or has no model. */
async function loaded(folder: string): Promise<"older" | "newer" | "none"> {
  let model;
  try {
    model = await fromPretrained(folder);
  } catch (error) {
    expect((error as Error).message).toMatch(/A save of this folder was interrupted|there is no config\.json/);
    return "none";
  }
  const is = numbers(model).join() === numbers(newer).join() ? newer : older;
  expect(numbers(model)).toEqual(numbers(is));
  expect(words(model)).toEqual(words(is));
  expect(model.config.hiddenLayers).toBe(is.config.hiddenLayers);
  model.dispose();
  return is === newer ? "newer" : "older";
}

type Save = (folder: string, model: PretrainedParts) => Promise<void>;
const whole: Save = (folder, model) => savePretrained(folder, model);
const sharded: Save = (folder, model) => savePretrained(folder, model, { maxShardBytes: 6000 });
const tensorflow: Save = (folder, model) => saveTensorflowCheckpoint(folder, model);

describe("a save stopped at any file operation leaves the older model, or none, never a mixture", () => {
  test.each<[string, Save, Save]>([
    ["whole over whole", whole, whole],
    ["shards over whole", whole, sharded],
    ["whole over shards", sharded, whole],
    ["TensorFlow's over TensorFlow's", tensorflow, tensorflow],
  ])("%s", { timeout: 300_000 }, async (name, saveOlder, saveNewer) => {
    const start = join(directory, name);
    await saveOlder(start, older);
    await writeFile(join(start, "added_tokens.json"), "{}");
    const outcomes: string[] = [];
    for (let at = 1; outcomes.at(-1) !== "newer"; at++) {
      const folder = join(directory, `${name} ${at}`);
      await cp(start, folder, { recursive: true });
      const stopped = await stopAtFileOperation(at, () => saveNewer(folder, newer));
      outcomes.push(await loaded(folder));
      if (!stopped) expect(outcomes.at(-1)).toBe("newer");
      await rm(join(folder, ".bertkit-save.lock"), { force: true }); // its process lives
      if (outcomes.at(-1) !== "older") {
        await saveNewer(folder, newer); // the fix in the message
        expect(await loaded(folder)).toBe("newer");
      }
      await rm(folder, { recursive: true });
    }
    expect(outcomes[0]).toBe("older");
    const first = outcomes.findIndex((outcome) => outcome !== "older");
    expect(outcomes.slice(first, -1).every((outcome) => outcome === "none")).toBe(true);
    expect(first).toBeGreaterThan(outcomes.length / 2); // all files are written before any is moved
  });
});

test("of a whole and a sharded save at once, the folder has one", async () => {
  const folder = join(directory, "at once");
  for (const saves of [
    [whole, sharded],
    [sharded, whole],
  ] as const) {
    await Promise.all([saves[0](folder, older), saves[1](folder, newer)]);
    const weights = ["model.safetensors", "model.safetensors.index.json"];
    expect((await readdir(folder)).filter((name) => weights.includes(name))).toHaveLength(1);
    expect(["older", "newer"]).toContain(await loaded(folder));
    await rm(folder, { recursive: true });
  }
});

test("files of an older save in the same format are removed, other files stay", async () => {
  const folder = join(directory, "leftovers");
  await sharded(folder, older);
  for (const file of ["added_tokens.json", "README.md", "pytorch_model.bin"]) await writeFile(join(folder, file), "{}");
  await whole(folder, newer);
  expect((await readdir(folder)).sort()).toEqual([
    "README.md",
    "config.json",
    "model.safetensors",
    "pytorch_model.bin",
    "special_tokens_map.json",
    "tokenizer.json",
    "tokenizer_config.json",
    "vocab.txt",
  ]);
});

test("a folder with another model in another format is rejected, with the same model it is not", async () => {
  const folder = join(directory, "formats");
  await savePretrained(folder, older);
  const before = await readFile(join(folder, "config.json"));
  await expect(saveOnnx(folder, newer)).rejects.toThrow(/has the model\.safetensors of another model/);
  await expect(saveTensorflowCheckpoint(folder, newer)).rejects.toThrow(/has the config\.json of another model/);
  expect(await readFile(join(folder, "config.json"))).toEqual(before);
  await saveTensorflowCheckpoint(folder, older);
  await saveOnnx(folder, older, { task: "fill-mask", externalData: true });
  expect(await loaded(folder)).toBe("older");
  await rm(join(folder, "vocab.txt")); // as in folders of transformers 5
  await saveOnnx(folder, older, { task: "fill-mask" });
  expect(await readdir(join(folder, "onnx"))).toEqual(["model.onnx"]); // without the other's data
  await expect(savePretrained(folder, newer)).rejects.toThrow(/has the bert_config\.json of another model/);
  const labeled = (labels: string[]): PretrainedParts => tinyClassifierModel("single-label", labels);
  const other = join(directory, "labels");
  await savePretrained(other, labeled(["yes", "no"]));
  await expect(saveOnnx(other, labeled(["no", "yes"]))).rejects.toThrow(/another model/);
});
