// Multi-label classification on top of a pretrained BERT: the Toxic Comment Classification Challenge.
import { useBackend } from "@bertkit/backend";
import { CheckpointError } from "@bertkit/checkpoints";
import { DatasetError } from "@bertkit/datasets";
import { SequenceClassifier } from "@bertkit/heads";
import { MetricError } from "@bertkit/metrics";
import { dispose, escapeControls, freeze, Rng, summary } from "@bertkit/nn";
import { TokenizerError } from "@bertkit/tokenizer";
import { fromPretrained, savePretrained } from "bertkit";
import { RunFolderError, StopRequest, type RunFolder } from "bertkit/node";

import { bagOfWords } from "./bag-of-words.ts";
import { classifyLines } from "./classify-lines.ts";
import { comparison, evaluate, evaluationOf, evaluationTable, type Evaluation } from "./evaluate.ts";
import { help, parseOptions, UsageError } from "./options.ts";
import { fingerprint, openRun, stageName } from "./open-run.ts";
import { readExamples } from "./read-examples.ts";
import { startAtFrequencies } from "./start-at-frequencies.ts";
import { trainClassifier } from "./train-classifier.ts";

let run: RunFolder | undefined;
let savedIn: string | undefined;
const stop = new StopRequest({ name: "toxic-comments", saved: whatIsSaved });

/** Returns the exit code. */
async function main(args: string[]): Promise<number> {
  const options = parseOptions(args);
  if (options === "help") {
    console.log(help);
    return 0;
  }
  const { data, out } = options;
  if (data !== undefined) run = await openRun(options);
  await useBackend(options.backend);
  const pretrained = await fromPretrained(options.model);
  const { tokenizer, encoder, config } = pretrained;
  const length = Math.min(options.length, config.maxPositionEmbeddings);

  if (data === undefined || run === undefined) {
    if (pretrained.classifier === undefined)
      throw new UsageError(`--model: ${options.model} has no classifier. Train one with --data.`);
    await classifyLines(pretrained.classifier, tokenizer, length);
    pretrained.dispose();
    return stop.exitCode;
  }

  const rng = new Rng(options.seed);
  const { labels, training, heldOut } = await readExamples({ ...options, data }, rng);
  console.log(`${training.length} comments to train on, ${heldOut.length} held out, ${labels.length} labels`);

  // One sigmoid per label on the pooled [CLS].
  const classifier = new SequenceClassifier({ encoder, labels, problem: "multi-label", rng });
  startAtFrequencies(classifier, training);
  if (!options.trainEncoder) freeze(classifier, (path) => path.startsWith("encoder."));
  console.log(`${summary(classifier, 3)}\n`);

  let evaluation: Evaluation | undefined;
  const measure = () => evaluate(classifier, tokenizer, heldOut, length);
  const saved = run.stage(stageName, await fingerprint(data, encoder));
  const unsaved = await stop.whileSaving((signal) =>
    trainClassifier({
      classifier,
      tokenizer,
      rng,
      options: { ...options, length },
      examples: training,
      saved,
      signal,
      onEpoch: async () => {
        evaluation = await measure();
        console.log(evaluationTable(evaluation));
      },
    }),
  );
  if (stop.signal.aborted) {
    const reason = unsaved === undefined ? "" : `; the last batch could not be saved (${(unsaved as Error).message})`;
    stop.say(`training stopped${reason}. ${whatIsSaved()}`);
    return unsaved === undefined ? stop.exitCode : 1;
  }

  const words = await bagOfWords(labels, training, heldOut, options.seed);
  console.log(comparison(evaluation ?? (await measure()), evaluationOf(words, heldOut, labels)));

  await savePretrained(out, { config, tokenizer, encoder, classifier });
  await run.finish();
  savedIn = out;
  const folder = escapeControls(out);
  console.log(`saved in ${folder}; classify lines with: npm run toxic-comments -- --model ${folder} < comments.txt`);
  await run.close();
  await classifyLines(classifier, tokenizer, length);
  dispose(classifier);
  return stop.exitCode;
}

/** Describes what is saved at this moment. */
function whatIsSaved(): string {
  if (savedIn !== undefined) return `The classifier is saved in ${escapeControls(savedIn)}.`;
  if (run === undefined) return "";
  const progress = run.progress.get(stageName);
  if (progress === undefined) return "Nothing is saved yet; the same command starts from the beginning.";
  return `Saved in ${escapeControls(run.path)}: ${progress}. The same command resumes from there (with --fresh it starts again).`;
}

/** Prints the error and returns the exit code: one line for errors of the input, the whole stack for bugs. */
function failed(error: unknown): number {
  if (error instanceof UsageError || RunFolderError.isInstance(error)) {
    console.error(`toxic-comments: ${escapeControls((error as Error).message)} See --help.`);
    return 2;
  }
  if (![CheckpointError, DatasetError, MetricError, TokenizerError].some((kind) => kind.isInstance(error))) {
    console.error(
      String((error as Error).stack)
        .split("\n")
        .map(escapeControls)
        .join("\n"),
    );
    return 1;
  }
  console.error(`toxic-comments: ${escapeControls((error as Error).message)}`); // an error in a file: the message has its position
  return 1;
}

try {
  process.exitCode = await main(process.argv.slice(2)).catch(failed);
} finally {
  await run?.close();
}
