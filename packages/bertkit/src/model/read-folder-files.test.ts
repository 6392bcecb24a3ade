// Which file takes precedence if files of a folder disagree, and that files are read once.
import { type Folder, memoryFolder } from "@bertkit/checkpoints";
import { dispose } from "@bertkit/nn";
import { bertTokenizer, Vocabulary } from "@bertkit/tokenizer";
import { localFolder } from "@bertkit/checkpoints/node";
import * as tf from "@tensorflow/tfjs-core";
import { fileURLToPath } from "node:url";
import { beforeAll, expect, test } from "vitest";
import { tinyEncoderModel } from "../__fixtures__/tiny-model.ts";
import { fromPretrained } from "./from-pretrained.ts";
import { savePretrained } from "./save-pretrained.ts";
import { saveTensorflowCheckpoint } from "./save-tensorflow-checkpoint.ts";

beforeAll(() => tf.setBackend("cpu"));

const bytes = (value: unknown): Uint8Array => new TextEncoder().encode(JSON.stringify(value));
const json = (folder: ReturnType<typeof memoryFolder>, name: string): Record<string, unknown> =>
  JSON.parse(new TextDecoder().decode(folder.files.get(name)!)) as Record<string, unknown>;

test("the meaning of gelu in bert_config.json depends on the weights' format", async () => {
  const model = tinyEncoderModel();
  const [theirs, google] = [memoryFolder(), memoryFolder()];
  await savePretrained(theirs, model);
  await theirs.write("bert_config.json", theirs.files.get("config.json")!);
  await theirs.remove!("config.json");
  await saveTensorflowCheckpoint(google, model);
  const { gelu_approximation: _, ...config } = json(google, "bert_config.json");
  await google.write("bert_config.json", bytes(config));
  for (const [folder, activation] of [
    [theirs, "gelu"],
    [google, "gelu_tanh"],
  ] as const) {
    const loaded = await fromPretrained(folder);
    expect(loaded.config.activation).toBe(activation);
    loaded.dispose();
  }
  dispose(model);
});

test("a SavedModel is opened once", async () => {
  const files = localFolder(fileURLToPath(new URL("../__fixtures__/model-garden/saved_model", import.meta.url)));
  const opened: string[] = [];
  const folder: Folder = { ...files, open: (name) => (opened.push(name), files.open(name)) };
  const loaded = await fromPretrained(folder);
  loaded.dispose();
  expect(opened.filter((name) => name.includes(".data-"))).toHaveLength(1);
});

test("added_tokens.json is read, and the caller's tokenizer replaces the folder's", async () => {
  const model = tinyEncoderModel({ vocabularySize: 24 });
  const folder = memoryFolder();
  await savePretrained(folder, model);
  for (const file of ["tokenizer.json", "tokenizer_config.json", "special_tokens_map.json"]) await folder.remove!(file);
  await folder.write("added_tokens.json", bytes({ "[E1]": model.tokenizer.vocabulary.size }));
  const loaded = await fromPretrained(folder);
  expect([...loaded.tokenizer.encode("[E1]").ids]).toContain(model.tokenizer.vocabulary.size);
  loaded.dispose();
  await folder.write("vocab.txt", new TextEncoder().encode("damaged\n"));
  const tokenizer = bertTokenizer({ vocabulary: new Vocabulary(["[PAD]", "[UNK]", "[CLS]", "[SEP]"]) });
  const own = await fromPretrained(folder, { tokenizer });
  expect(own.tokenizer).toBe(tokenizer);
  own.dispose();
  await expect(fromPretrained(folder, { revison: "main" } as never)).rejects.toThrow("no option is called revison");
  await expect(fromPretrained(undefined as never)).rejects.toThrow(
    "the folder must be a path or a Folder, got undefined",
  );
  dispose(model);
});
