import { createHash } from "node:crypto";
import { createReadStream, existsSync } from "node:fs";
import { join, resolve } from "node:path";
import { pipeline } from "node:stream/promises";
import { variables } from "@bertkit/nn";
import { RunFolder } from "bertkit/node";

import { UsageError, type Options } from "./options.ts";

/** The only stage with saved state. */
export const stageName = "training-state";

/** The files of `savePretrained`, checked for write access before training. */
const outputs = ["model.safetensors", "vocab.txt", "tokenizer.json", "tokenizer_config.json", "config.json"];

/**
 * Opens the output folder, which may have an interrupted run.
 *
 * @throws UsageError if it has a model that the run would replace, unless --fresh is given
 */
export async function openRun(options: Options): Promise<RunFolder> {
  const { out, fresh, model, format, trainEncoder, epochs, batchSize, length, learningRate, heldOut, limit } = options;
  const { backend, seed } = options;
  if (existsSync(join(out, "bert_config.json")) && resolve(out) !== resolve(model))
    throw new UsageError(`--out: ${out} has a model for google-research/bert. Choose another folder.`);
  const settings = { format, trainEncoder, backend, seed, epochs, batchSize, length, learningRate, heldOut, limit };
  const run = await RunFolder.open(out, { stages: [stageName], settings, fresh, outputs });
  const found = ["config.json", "model.safetensors"].find((name) => existsSync(run.file(name)));
  if (fresh || run.progress.size > 0 || found === undefined) return run;
  await run.close();
  throw new UsageError(
    `--out: ${out} has a model already, ${found}. Choose another folder, or replace the model with --fresh.`,
  );
}

/** Fingerprints of a run's inputs: sixteen digits each for the comments and the initial weights. */
export async function fingerprint(data: string, model: object): Promise<{ data: string; model: string }> {
  const [ofData, ofModel] = [createHash("sha256"), createHash("sha256")];
  await pipeline(createReadStream(data), ofData);
  for (const [path, variable] of variables(model))
    ofModel.update(`${path};`).update(new Uint8Array((await variable.data()).slice().buffer));
  const [dataDigits, modelDigits] = [ofData, ofModel].map((hash) => hash.digest("hex").slice(0, 16)) as [
    string,
    string,
  ];
  return { data: dataDigits, model: modelDigits };
}
