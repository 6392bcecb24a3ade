import { existsSync } from "node:fs";
import { mkdir, rename, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { useBackend } from "@bertkit/backend";
import { bertSizes, bertTokenizer, createBert, dispose, Rng, savePretrained, saveOnnx, Vocabulary } from "bertkit";

const size = 30_522;
const special = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"];

/** The folder of a BERT-base with random weights, as safetensors and as ONNX; created once and kept for later runs. */
export async function modelFolder(): Promise<string> {
  const folder = join(tmpdir(), "bertkit-bench-loading", "bert-base");
  if (existsSync(folder)) return folder;
  process.stderr.write(`making ${folder}, about 900 MB; delete it when done\n`);
  await useBackend("node");
  const words = Array.from({ length: size - special.length }, (_, i) => `word${i}`);
  const tokenizer = bertTokenizer({ vocabulary: new Vocabulary([...special, ...words]) });
  const config = { ...bertSizes.base, vocabularySize: size };
  const encoder = createBert(config, new Rng(0));
  const unfinished = `${folder}.unfinished`;
  await rm(unfinished, { recursive: true, force: true });
  await mkdir(unfinished, { recursive: true });
  await savePretrained(unfinished, { config, tokenizer, encoder });
  await saveOnnx(unfinished, { config, tokenizer, encoder });
  await rename(unfinished, folder);
  dispose(encoder);
  return folder;
}
