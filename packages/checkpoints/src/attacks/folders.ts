import { attack, type Attack } from "@bertkit/testing/attacks";
import { memoryFolder } from "../folders/memory-folder.ts";
import { readJson, readText } from "../folders/read-file.ts";
import { openWeights } from "../open-weights.ts";
import { megabytes, times } from "./repeated.ts";
import { entry, header } from "./safetensors.ts";

const folder = (name: string, files: () => Record<string, string | Uint8Array>, rejected?: RegExp): Attack =>
  attack(name, () => memoryFolder(files()), openWeights, rejected);

/** A folder whose files are endless. Readers must check the size first, and not read. */
const endless = {
  read: (): Promise<never> => Promise.reject(new Error("read whole")),
  open: async () => ({ size: 2 ** 40, read: (): Promise<never> => Promise.reject(new Error("read")) }),
};

export const folderAttacks: readonly Attack[] = [
  folder("tfjs: 3,000 empty files for 30,000 tensors", () => {
    const paths = times(3000, (i) => `e${i}.bin`);
    const weights = times(30_000, (i) => ({ name: `t${i}`, shape: [], dtype: "bool" }));
    const empty = Object.fromEntries(paths.map((path) => [path, new Uint8Array(0)]));
    return {
      ...empty,
      "z.bin": new Uint8Array(30_000),
      "model.json": JSON.stringify({ weightsManifest: [{ paths: [...paths, "z.bin"], weights }] }),
    };
  }),
  folder(
    "tfjs: a dtype nested 100,000 deep",
    () => ({
      "model.json": `{"weightsManifest":[{"paths":[],"weights":[{"name":"a","dtype":${"[".repeat(100_000)}${"]".repeat(100_000)}}]}]}`,
    }),
    /dtype a list/,
  ),
  folder("tfjs: 20 MB of [", () => ({ "model.json": `{"a":${"[".repeat(megabytes(20))}` }), /nested deeper than 64/),
  folder(
    "shards: 20 MB of {",
    () => ({ "model.safetensors.index.json": '{"a":'.repeat(megabytes(4)) }),
    /nested deeper than 64/,
  ),
  folder("shards: 20,000 names of one file", () => ({
    "model.safetensors.index.json": JSON.stringify({
      weight_map: Object.fromEntries(times(20_000, (i) => [`t${i}`, "a.safetensors"])),
    }),
    "a.safetensors": header(`{${times(20_000, (i) => entry(`t${i}`, 0, 0)).join()}}`),
  })),
  folder(
    "shards: a file name of 5 MB",
    () => ({ "model.safetensors.index.json": JSON.stringify({ weight_map: { a: "../".repeat(megabytes(1.5)) } }) }),
    /shards must be in the folder of the index/,
  ),
  attack(
    "an endless config.json",
    () => endless,
    (source) => readJson(source, "config.json"),
    /has 1099511627776 bytes/,
  ),
  attack(
    "an endless vocab.txt",
    () => endless,
    (source) => readText(source, "vocab.txt"),
    /has 1099511627776 bytes/,
  ),
];
