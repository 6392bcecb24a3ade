import { messageOf } from "@bertkit/checks";
import { existsSync } from "node:fs";
import { stat } from "node:fs/promises";
import { resolve } from "node:path";
import { escapeControls } from "@bertkit/nn";
import type { Tokenizer } from "@bertkit/tokenizer";
import { ProgressLine, type TrainStep } from "@bertkit/training";
import { openTokenizer } from "../data/open-tokenizer.ts";
import { modelFolder } from "../model/folder-of.ts";
import { readTokenizer } from "../model/read-tokenizer.ts";
import { pretrain } from "../pretrain/pretrain.ts";
import type { PretrainEvaluation } from "../pretrain/pretrain-options.ts";
import type { PretrainSettings } from "../pretrain/pretrain-settings.ts";
import { pretrainSettings } from "../pretrain/settings-of-recipe.ts";
import { LiveLine, type LiveOutput } from "../run/live-line.ts";
import { isStartedByMpi, mpiGroup, type MpiGroup } from "../run/mpi-group.ts";
import { StopRequest } from "../run/stop-request.ts";
import type { Command } from "./command.ts";
import type { PretrainArguments } from "./pretrain-arguments.ts";
import { pretrainHelp, readPretrainArguments, runFile, settingOptions } from "./pretrain-options.ts";
import { optionName } from "./options/option.ts";
import { quotedPath } from "./quoted-path.ts";
import { selectBackend } from "./select-backend.ts";
import type { Terminal } from "./terminal.ts";
import { UsageError } from "./usage-error.ts";

/** Pretrains a model from text. */
export const pretrainCommand: Command = {
  name: "pretrain",
  operands: "TEXT... --out OUT",
  summary: "pretrains a BERT from your own text",
  help: pretrainHelp,
  run: runPretrain,
};

async function runPretrain(args: readonly string[], terminal: Terminal): Promise<number> {
  const given = await readPretrainArguments(args);
  const { out, text: paths, recipe, backend = "auto", vocabulary } = given;
  if (out === undefined) throw new UsageError("pretrain needs --out OUT");
  if (paths === undefined || paths.length === 0) throw new UsageError("pretrain needs TEXT, files or folders");
  const own = Object.fromEntries(Object.entries(given).filter(([name]) => Object.hasOwn(settingOptions, name)));
  const settings = orUsageError(() => pretrainSettings(recipe, own));
  const group = isStartedByMpi() ? await mpiGroup() : undefined;
  try {
    await selectBackend(backend, terminal.stderr);
    const tokenizer = vocabulary === undefined ? undefined : await tokenizerAt(vocabulary);
    const status = await runWith({ given: { ...given, out, text: paths }, settings, tokenizer, group }, terminal);
    group?.close();
    return status;
  } catch (error) {
    if (group === undefined) throw error;
    // The other processes would wait for this one forever.
    terminal.stderr.write(`bertkit: rank ${group.rank}: ${escapeControls(messageOf(error))}\n`);
    return group.abort();
  }
}

/** The tokenizer of a file, of a folder, or of a repository of the Hugging Face hub. */
async function tokenizerAt(path: string): Promise<Tokenizer> {
  const isFile = await stat(path).then(
    (found) => found.isFile(),
    () => /\.(?:txt|json)$/.test(path),
  );
  return isFile ? openTokenizer(path) : readTokenizer(await modelFolder(path));
}

interface Run {
  readonly given: PretrainArguments & { readonly out: string; readonly text: readonly string[] };
  readonly settings: PretrainSettings;
  readonly tokenizer: Tokenizer | undefined;
  readonly group: MpiGroup | undefined;
}

async function runWith({ given, settings, tokenizer, group }: Run, terminal: Terminal): Promise<number> {
  const { out, text: paths, layout, encoding, fresh, saveEvery, tensorBoard, json = false } = given;
  const isFirst = group === undefined || group.rank === 0; // of several processes, only the first prints
  const write = (to: { write(text: string): unknown }, line: string): void => {
    if (isFirst) to.write(`${escapeControls(line)}\n`);
  };
  const say = (message: string): void => write(terminal.stderr, message);
  const print = (line: object): void => write(terminal.stdout, JSON.stringify(line));
  let step = 0;
  const resume = `bertkit pretrain --resume --out ${quotedPath(out)}`;
  const stop = new StopRequest({
    name: "bertkit pretrain",
    saved: () => `The run is saved up to about step ${step}; resume it with: ${resume}`,
  });
  const live = new LiveLine(isFirst ? (terminal.stderr as LiveOutput) : { write: () => true });
  const progress = progressOf(settings);
  try {
    const result = await stop.whileSaving((signal) =>
      pretrain({
        text: paths,
        out,
        settings,
        signal,
        onMessage: say,
        ...(group !== undefined && { group }),
        ...(layout !== undefined && { layout }),
        ...(encoding !== undefined && { encoding }),
        ...(tokenizer !== undefined && { tokenizer }),
        ...(fresh !== undefined && { fresh }),
        ...(saveEvery !== undefined && { saveEvery }),
        ...(tensorBoard !== undefined && { tensorBoard }),
        files: { [runFile]: `${JSON.stringify(resumable(given), undefined, 2)}\n` },
        onStep: (one) => {
          step = one.step;
          live.show(progress.add(one), step === settings.steps || signal.aborted);
          if (json) print(one);
        },
        onEvaluation: (evaluation) => {
          live.clear();
          say(described(evaluation));
          if (json) print({ ...evaluation, evaluation: true });
        },
      }),
    );
    const { done, seconds, evaluations, unsaved } = result;
    if (json) print({ result: true, folder: out, step: result.step, done, seconds, evaluation: evaluations.at(-1) });
    else if (done)
      write(terminal.stdout, `${out}: a model of ${result.step} steps, ${Math.round(seconds)} s of training`);
    const how = unsaved === undefined ? "and saved" : "which could not be saved";
    if (!done) say(`stopped at step ${result.step}, ${how}. Resume with: ${resume}`);
    return stop.exitCode;
  } finally {
    stop.dispose();
  }
}

/** The options of --resume, which may be given in another folder and must not start again. */
function resumable(given: Run["given"]): PretrainArguments {
  const { fresh: _, text: paths, vocabulary, ...rest } = given;
  const local = vocabulary !== undefined && existsSync(vocabulary) ? resolve(vocabulary) : vocabulary;
  return { ...rest, text: paths.map((path) => resolve(path)), ...(local !== undefined && { vocabulary: local }) };
}

/** Converts an error about contradictory settings to a UsageError, which names them as on the command line. */
function orUsageError<T>(make: () => T): T {
  try {
    return make();
  } catch (error) {
    const text = (error as Error).message.replace(/^pretrainSettings: /, "").replace(/\.$/, "");
    throw new UsageError(
      text
        .replace(/\bnextSentence false\b/, "--no-next-sentence")
        .replaceAll(/\b(?:packing|patience|[a-z]+[A-Z][a-zA-Z]*)\b/g, (name) =>
          Object.hasOwn(settingOptions, name) ? optionName(name) : name,
        ),
    );
  }
}

function progressOf({ steps, batchSize, sequenceLength, nextSentence }: PretrainSettings): {
  add: (step: TrainStep) => string;
} {
  return new ProgressLine({
    totalSteps: steps,
    tokensPerStep: batchSize * sequenceLength,
    metrics: {
      maskedLmAccuracy: { label: "masked-LM accuracy", percent: true },
      ...(nextSentence && { nextSentenceAccuracy: { label: "next-sentence accuracy", percent: true } }),
    },
  });
}

function described({ step, loss, maskedLmAccuracy, nextSentenceAccuracy }: PretrainEvaluation): string {
  const pairs =
    nextSentenceAccuracy === undefined ? "" : `, next-sentence accuracy ${(100 * nextSentenceAccuracy).toFixed(1)} %`;
  return `held out at step ${step}: loss ${loss.toFixed(3)}, masked-LM accuracy ${(100 * maskedLmAccuracy).toFixed(1)} %${pairs}`;
}
