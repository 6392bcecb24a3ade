import { existsSync } from "node:fs";
import { mkdir, rename, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { useBackend } from "@bertkit/backend";
import { sharedModels } from "@bertkit/testing";
import { bertSizes, createBert, dispose, fromPretrained, Rng, saveOnnx, savePretrained } from "bertkit";

/** Where the benchmark's models are: folders for both libraries. */
export const modelsFolder: string = join(tmpdir(), "bertkit-bench-inference");

export type ModelName = "minilm" | "base";

/** Creates a model's folder unless it exists: all-MiniLM-L6-v2, or a BERT-base with random weights and that tokenizer. */
export async function makeModel(name: ModelName): Promise<string> {
  const folder = join(modelsFolder, name);
  if (existsSync(folder)) return folder;
  if (!sharedModels) throw new Error("inference: needs the shared models; set BERTKIT_MODELS to their folder.");
  process.stderr.write(`making ${folder}; delete it when done\n`);
  await useBackend("node");
  const miniLm = await fromPretrained(join(sharedModels, "all-MiniLM-L6-v2"));
  const unfinished = `${folder}.unfinished`;
  await rm(unfinished, { recursive: true, force: true });
  await mkdir(unfinished, { recursive: true });
  const config = { ...bertSizes.base, vocabularySize: miniLm.tokenizer.vocabulary.size };
  const encoder = name === "base" ? createBert(config, new Rng(0)) : undefined;
  const parts = encoder ? { config, tokenizer: miniLm.tokenizer, encoder } : miniLm;
  for (const dtype of ["fp32", "q8"] as const) await saveOnnx(unfinished, parts, { dtype });
  await savePretrained(unfinished, parts);
  if (encoder) dispose(encoder);
  miniLm.dispose();
  await rename(unfinished, folder);
  return folder;
}
