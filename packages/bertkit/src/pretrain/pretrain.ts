import {
  arrayOf,
  callable,
  checkOptions,
  encodingLabel,
  number,
  object,
  oneOf,
  required,
  text,
  trueOrFalse,
  type Rules,
} from "@bertkit/checks";
import { dispose, Rng } from "@bertkit/nn";
import { RunFolder } from "../run/run-folder.ts";
import { requireNoModel } from "../run/require-no-model.ts";
import { createPretrainingParts, modelOf } from "./create-pretraining-parts.ts";
import { dataFingerprints } from "./data-fingerprints.ts";
import { openPretrainingSource } from "./open-pretraining-source.ts";
import { optimizerOfSettings } from "./optimizer-of-settings.ts";
import { metricsFile, type PretrainOptions, type PretrainResult, stageName } from "./pretrain-options.ts";
import type { PretrainSettings } from "./pretrain-settings.ts";
import { pretrainRecipes } from "./recipes.ts";
import { pretrainSettings } from "./settings-of-recipe.ts";
import { settingsWithoutEffect } from "./settings-without-effect.ts";
import { trainOnSource } from "./train-on-source.ts";

const rules: Rules<PretrainOptions> = {
  text: required(arrayOf("paths", text)),
  out: required(text),
  layout: oneOf(["sentences", "lines", "prose"]),
  encoding: encodingLabel,
  tokenizer: object("a Tokenizer", "encode"),
  recipe: oneOf(Object.keys(pretrainRecipes)),
  settings: object("an object of settings"),
  fresh: trueOrFalse,
  files: object("an object of texts by name"),
  tensorBoard: trueOrFalse,
  saveEvery: number({ from: 0 }),
  signal: object("an AbortSignal", "aborted"),
  group: object("a Group"),
  lossScaler: object("a LossScaler", "accepts"),
  onStep: callable,
  onEvaluation: callable,
  onMessage: callable,
};

/**
 * Pretrains a BERT on text, with masked LM and next-sentence prediction, and writes a folder that `fromPretrained` and
 * Hugging Face load, with a log of the run in metrics.jsonl. Large text and shards are read during training. If a run was
 * stopped or killed, the same call resumes it, and ends with the same weights, bit by bit. Select a backend first
 * (`useBackend`).
 *
 * @throws RunFolderError if another process uses the folder, or if it has a model or a run with other settings, text,
 *   vocabulary or shards; of text that is read during training, file sizes and half a MiB of the text are compared
 * @throws RangeError for settings that contradict each other or would have no effect on the text
 */
export async function pretrain(options: PretrainOptions): Promise<PretrainResult> {
  checkOptions("pretrain", options, rules);
  const settings = pretrainSettings(options.recipe, options.settings);
  const { group, out, layout = "sentences", encoding = "utf-8", fresh = false, onMessage = () => {} } = options;
  requireEqualParts(settings, group?.size ?? 1);
  if (group !== undefined && group.rank > 0) return pretrainIn(undefined, options, settings);
  const run = await RunFolder.open(out, {
    stages: [stageName],
    settings: { ...settings, layout, encoding },
    fresh,
    outputs: ["config.json", "model.safetensors", metricsFile],
    onWarning: onMessage,
  });
  try {
    requireNoModel(run, fresh);
    return await pretrainIn(run, options, settings);
  } finally {
    await run.close();
  }
}

function requireEqualParts({ batchSize, accumulate }: PretrainSettings, size: number): void {
  if (batchSize % (accumulate * size) !== 0)
    throw new RangeError(
      `pretrain: batchSize must be a multiple of accumulate ${accumulate}${size > 1 ? ` times ${size} processes` : ""}, got ${batchSize}.`,
    );
}

/** @throws RangeError for a new run; a run of an earlier version, which ignored such settings, is resumed with a message */
function requireEffect(problems: readonly string[], run: RunFolder, { onMessage = () => {} }: PretrainOptions): void {
  if (problems.length > 0 && run.progress.size === 0) throw new RangeError(`pretrain: ${problems.join(" ")}`);
  for (const problem of problems) onMessage(problem);
}

/** @param run undefined on ranks other than 0 */
async function pretrainIn(
  run: RunFolder | undefined,
  options: PretrainOptions,
  settings: PretrainSettings,
): Promise<PretrainResult> {
  const opened = await openPretrainingSource(options, settings);
  const { source } = opened;
  await run?.stage(stageName, dataFingerprints(opened)).requireSameSettings();
  if (run !== undefined) requireEffect(settingsWithoutEffect(source, settings), run, options);
  // Written after the text is found, and compared with that of an interrupted run: otherwise a misspelled path would leave
  // a folder with these files.
  for (const [name, content] of Object.entries(options.files ?? {})) await run?.write(name, content);
  options.onMessage?.(source.summary);
  const rng = new Rng(settings.seed);
  const parts = await createPretrainingParts(opened, settings, rng);
  const optimizer = optimizerOfSettings(settings);
  try {
    return await trainOnSource({ run, options, settings, source, parts, optimizer, rng });
  } finally {
    optimizer.dispose();
    dispose(modelOf(parts));
  }
}
