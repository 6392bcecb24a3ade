import { existsSync } from "node:fs";
import {
  arrayOf,
  callable,
  checkOptions,
  number,
  object,
  oneOf,
  required,
  text,
  trueOrFalse,
  type Rules,
} from "@bertkit/checks";
import { type CorpusLayout, readCorpus } from "@bertkit/datasets";
import { createBert, startWithNeighbourAttention } from "@bertkit/encoder";
import { type Context, dispose, Rng } from "@bertkit/nn";
import {
  countTokens,
  logUnigramFrequencies,
  maskedLmObjective,
  MaskedLmHead,
  nextSentenceObjective,
  NextSentenceHead,
  type PretrainingBatch,
  shareBatches,
  sumObjectives,
} from "@bertkit/pretraining";
import { bertTokenizer, type Tokenizer } from "@bertkit/tokenizer";
import { trainWordPiece } from "@bertkit/tokenizer/training";
import { broadcastTrainingState, type Group, type Optimizer, train, type TrainStep } from "@bertkit/training";
import type { PretrainedParts } from "../model/pretrained.ts";
import { savePretrained } from "../model/save-pretrained.ts";
import { Autosave } from "../run/autosave.ts";
import { RunFolder } from "../run/run-folder.ts";
import { RunFolderError } from "../run/run-folder-error.ts";
import { BestModels, bestOf } from "./best-models.ts";
import { type DocumentsEvaluation, evaluateDocuments } from "./evaluate-documents.ts";
import { MetricsLog } from "./metrics-log.ts";
import { optimizerOfSettings } from "./optimizer-of-settings.ts";
import type { PretrainSettings } from "./pretrain-settings.ts";
import { PretrainingData } from "./pretraining-data.ts";
import { configOf, type PretrainRecipeName, pretrainRecipes } from "./recipes.ts";
import { pretrainSettings } from "./settings-of-recipe.ts";

export interface PretrainOptions {
  /** Files and folders of text, as `readCorpus` of @bertkit/datasets reads them. */
  readonly text: readonly string[];
  /** The folder that the model is written to, and the run's files until it is done. */
  readonly out: string;
  /** How documents stand in the text. Default "sentences". */
  readonly layout?: CorpusLayout;
  /** Default: one of `vocabularySize` is trained from the text. */
  readonly tokenizer?: Tokenizer;
  /** Default "minutes". */
  readonly recipe?: PretrainRecipeName;
  /** Settings of one's own in place of the recipe's. */
  readonly settings?: Partial<PretrainSettings>;
  /** Discard an interrupted run in the folder, or replace its model. */
  readonly fresh?: boolean;
  /** Files to write beside the model when the run starts: contents by name. */
  readonly files?: Readonly<Record<string, string>>;
  /** Minimum seconds between two saves; see `Autosave`. Default 10. */
  readonly saveEvery?: number;
  /** Stops after the step during which it aborts, saves, and leaves the run to be resumed. */
  readonly signal?: AbortSignal;
  /** Trains together with other processes: see `train`. Each batch is shared among them; rank 0 saves. */
  readonly group?: Group;
  /** Called after each step. */
  readonly onStep?: (step: TrainStep) => void;
  /** Called after each evaluation. */
  readonly onEvaluation?: (evaluation: PretrainEvaluation) => void;
  /** Called with sentences about what is done, and with warnings. Default: none is shown. */
  readonly onMessage?: (message: string) => void;
}

/** Results on the held-out documents. */
export interface PretrainEvaluation extends DocumentsEvaluation {
  readonly step: number;
}

export interface PretrainResult {
  /** Updates done. */
  readonly step: number;
  /** Whether the run is done and the folder has the model; else it was stopped, and the same call resumes it. */
  readonly done: boolean;
  readonly settings: PretrainSettings;
  /** In the order of their steps; the last one is the model's. Empty if no document is held out. */
  readonly evaluations: readonly PretrainEvaluation[];
  /** Seconds of training, interruptions not included. */
  readonly seconds: number;
  /** Why the last step could not be saved; undefined if it was. */
  readonly unsaved: unknown;
}

const rules: Rules<PretrainOptions> = {
  text: required(arrayOf("paths", text)),
  out: required(text),
  layout: oneOf(["sentences", "lines", "prose"]),
  tokenizer: object("a Tokenizer"),
  recipe: oneOf(Object.keys(pretrainRecipes)),
  settings: object("an object of settings"),
  fresh: trueOrFalse,
  files: object("an object of texts by name"),
  saveEvery: number({ from: 0 }),
  signal: object("an AbortSignal"),
  group: object("a Group"),
  onStep: callable,
  onEvaluation: callable,
  onMessage: callable,
};

const stageName = "pretraining-state";
const metricsFile = "metrics.jsonl";

/** What is saved beside weights, moments and random state. */
interface History {
  readonly evaluations: PretrainEvaluation[];
  readonly seconds: number;
}

/**
 * Pretrains a BERT from text to a model folder that `fromPretrained` and Hugging Face load, by masked LM and
 * next-sentence prediction. The folder also gets metrics.jsonl. A run that was stopped or killed resumes where the same
 * call is made again, and ends with the same weights to the bit. Select a backend first (`useBackend`).
 *
 * @throws RunFolderError if another process uses the folder, or it has a run with other settings, or a model
 */
export async function pretrain(options: PretrainOptions): Promise<PretrainResult> {
  checkOptions("pretrain", options, rules);
  const settings = pretrainSettings(options.recipe, options.settings);
  const { group, out, fresh = false, onMessage = () => {} } = options;
  requireEqualParts(settings, group?.size ?? 1);
  if (group !== undefined && group.rank > 0) return pretrainIn(undefined, options, settings);
  const run = await RunFolder.open(out, {
    stages: [stageName],
    settings: { ...settings },
    fresh,
    outputs: ["config.json", "model.safetensors", metricsFile],
    onWarning: onMessage,
  });
  try {
    if (run.progress.size === 0 && !fresh && existsSync(run.file("config.json")))
      throw new RunFolderError("OUTPUT", `${out} has a model already. Choose another folder, or replace it (fresh).`);
    for (const [name, content] of Object.entries(options.files ?? {})) await run.write(name, content);
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

/** @param run undefined on all ranks of a group but the first */
async function pretrainIn(
  run: RunFolder | undefined,
  options: PretrainOptions,
  settings: PretrainSettings,
): Promise<PretrainResult> {
  const { layout = "sentences", onMessage = () => {} } = options;
  const corpus = await readCorpus(options.text, { layout });
  const texts = await corpus.documents().toArray();
  const tokenizer = options.tokenizer ?? (await trainedTokenizer(texts, settings, onMessage));
  const data = new PretrainingData(texts, tokenizer, settings);
  const held = data.heldOut.length === 0 ? "none" : data.heldOut.length;
  const tokens = data.tokens.toLocaleString("en-US");
  onMessage(`${data.training.length} documents to train on, ${held} held out; ${tokens} tokens.`);
  const rng = new Rng(settings.seed);
  const parts = createParts(data, tokenizer, settings, rng);
  const optimizer = optimizerOfSettings(settings);
  try {
    return await trainParts({ run, options, settings, data, parts, optimizer, rng });
  } finally {
    optimizer.dispose();
    dispose(modelOf(parts));
  }
}

interface Made {
  readonly run: RunFolder | undefined;
  readonly options: PretrainOptions;
  readonly settings: PretrainSettings;
  readonly data: PretrainingData;
  readonly parts: PretrainingParts;
  readonly optimizer: Optimizer;
  readonly rng: Rng;
}

async function trainParts({ run, options, settings, data, parts, optimizer, rng }: Made): Promise<PretrainResult> {
  const { signal, group, onStep, onEvaluation, onMessage = () => {} } = options;
  const { steps, accumulate, evaluateEvery, patience, keepBest } = settings;
  const { encoder, maskedLm: head, nextSentence: pairHead } = parts;
  const objective =
    pairHead === undefined
      ? maskedLmObjective(head)
      : sumObjectives(maskedLmObjective(head), nextSentenceObjective(pairHead));
  const state = { model: modelOf(parts), optimizer, rng };
  const stage = run?.stage(stageName, { data: data.fingerprint });
  const before = (await stage?.restoreTraining<History>(state))?.history;
  if (group !== undefined) await broadcastTrainingState(state, group);
  const from = optimizer.step;
  if (from > 0) onMessage(`resuming from step ${from} of ${steps}.`);

  const log = run && (await MetricsLog.open(run, metricsFile, from, onMessage));
  const best = run && new BestModels(run.file("best"), keepBest);
  const evaluations = [...(before?.evaluations ?? [])];
  const start = performance.now();
  const seconds = (): number => (before?.seconds ?? 0) + (performance.now() - start) / 1000;
  const save = async (): Promise<void> => {
    const history: History = { evaluations, seconds: seconds() };
    await stage?.saveTraining(state, `step ${optimizer.step} of ${steps}`, history);
  };
  const { saveEvery = 10 } = options;
  const autosave = new Autosave(save, { everySeconds: saveEvery, onWarning: onMessage });
  const evaluate = async (): Promise<void> => {
    if (run === undefined || data.heldOut.length === 0) return;
    const { sequenceLength, finalMaskedLmProbability, wholeWordMasking, seed } = settings;
    const found = await evaluateDocuments(parts, data.heldOut, {
      sequenceLength,
      maskedLmProbability: finalMaskedLmProbability,
      wholeWordMasking,
      seed,
    });
    const evaluation = { step: optimizer.step, ...found };
    evaluations.push(evaluation);
    const line = { ...evaluation, evaluation: true };
    log?.add(line);
    onEvaluation?.(evaluation);
    await best?.add(evaluations, parts);
  };

  let early = await ofFirst(isOver(evaluations, patience), group);
  const { rank = 0, size = 1 } = group ?? {};
  const batches = shareBatches(data.batches(from), { accumulate, rank, size });
  const loss = (batch: PretrainingBatch, context: Context) => objective.loss(encoder, batch, context);
  if (!early)
    for await (const step of train({ ...state, batches, steps, accumulate, group, signal, loss })) {
      log?.add(step);
      onStep?.(step);
      if (evaluateEvery > 0 && step.step % evaluateEvery === 0) {
        await evaluate();
        early = await ofFirst(isOver(evaluations, patience), group);
      }
      await (step.step === steps || early || signal?.aborted ? autosave.now() : autosave.afterStep());
      if (early) break;
    }
  const done = optimizer.step === steps || early;
  if (!done && group !== undefined) await autosave.now(); // another process may have been asked to stop
  if (done && run !== undefined) {
    if (early) onMessage(`no lower loss in ${patience} evaluations: done early.`);
    if (evaluations.at(-1)?.step !== optimizer.step) await evaluate();
    await savePretrained(run.path, parts);
    await run.finish();
  }
  await group?.barrier();
  const unsaved = done ? undefined : autosave.failure;
  return { step: optimizer.step, done, settings, evaluations, seconds: seconds(), unsaved };
}

/** What rank 0 decides. */
async function ofFirst(decision: boolean, group: Group | undefined): Promise<boolean> {
  if (group === undefined) return decision;
  const said = Float32Array.of(decision ? 1 : 0);
  await group.broadcast(said);
  return said[0] === 1;
}

/** Whether the best of the evaluations is more than `patience` old. */
function isOver(evaluations: readonly PretrainEvaluation[], patience: number): boolean {
  const [best] = bestOf(evaluations, 1);
  return patience > 0 && best !== undefined && evaluations.length - 1 - evaluations.indexOf(best) >= patience;
}

type PretrainingParts = PretrainedParts & { readonly maskedLm: MaskedLmHead };

/** The parts with variables. */
function modelOf({ encoder, maskedLm: head, nextSentence: pairHead }: PretrainingParts): object {
  return { encoder, maskedLm: head, nextSentence: pairHead };
}

function createParts(
  data: PretrainingData,
  tokenizer: Tokenizer,
  settings: PretrainSettings,
  rng: Rng,
): PretrainingParts {
  const config = configOf(settings, tokenizer.vocabulary.size);
  const { informedStart, checkpointing } = settings;
  const encoder = createBert(config, rng, { checkpoint: checkpointing });
  const outputBias = informedStart
    ? logUnigramFrequencies(countTokens(data.training, config.vocabularySize))
    : new Float32Array(config.vocabularySize);
  if (informedStart)
    startWithNeighbourAttention(encoder, { offsets: [-1, 1].slice(0, config.attentionHeads), positionScale: 1.14 });
  const head = new MaskedLmHead({ ...config, encoder, rng, outputBias });
  const pairHead = settings.nextSentence ? new NextSentenceHead({ ...config, encoder, rng }) : undefined;
  return { config, tokenizer, encoder, maskedLm: head, ...(pairHead && { nextSentence: pairHead }) };
}

async function trainedTokenizer(
  texts: readonly (readonly string[])[],
  { vocabularySize, lowercase }: PretrainSettings,
  onMessage: (message: string) => void,
): Promise<Tokenizer> {
  const vocabulary = await trainWordPiece(texts.flat(), { vocabularySize, lowercase });
  onMessage(`trained a vocabulary of ${vocabulary.size.toLocaleString("en-US")} tokens.`);
  return bertTokenizer({ vocabulary, lowercase });
}
