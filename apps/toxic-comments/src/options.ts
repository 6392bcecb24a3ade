import { existsSync, realpathSync } from "node:fs";
import { parseArgs } from "node:util";
import { checkGivenOnce, parseArgsMessage } from "@bertkit/checks";
import type { BackendName } from "@bertkit/backend";

export interface Options {
  /** The file of labeled comments; without it nothing is trained. */
  data: string | undefined;
  format: "jigsaw" | "goemotions";
  /** A Hugging Face folder of a BERT, or of a classifier that this program saved. */
  model: string;
  trainEncoder: boolean;
  epochs: number;
  batchSize: number;
  /** Maximum tokens per comment. */
  length: number;
  /** Default: `defaultLearningRate`. */
  learningRate: number | undefined;
  /** Fraction of the comments held out, or from 1 on their number. */
  heldOut: number;
  /** Maximum number of comments. */
  limit: number;
  backend: BackendName;
  seed: number;
  out: string;
  /** Discard an interrupted run in `out`, or replace the model in it. */
  fresh: boolean;
  /** Minimum seconds between two saves. */
  saveEvery: number;
}

export const help = `Usage: npm run toxic-comments -- --data train.csv --model FOLDER [options]
       npm run toxic-comments -- --model SAVED < comments.txt

Trains a multi-label classifier on top of a pretrained BERT, saves it, and then
classifies the lines of standard input. Without --data it only classifies.

  --data FILE        labeled comments
  --format NAME      jigsaw (default): the csv of the Toxic Comment Classification
                     Challenge; goemotions: the tsv of GoEmotions, 28 labels
  --model FOLDER     a BERT saved by the quickstart or published for Hugging Face
  --train-encoder    train all weights (default: only the new layer)
  --epochs N         passes over the comments (default 3)
  --batch-size N     comments in a batch (default 32)
  --length N         maximum tokens of a comment (default 128)
  --learning-rate X  of Nadam (default 0.02; with --train-encoder 0.00005,
                     or 0.001 if the hidden size is at most 256)
  --held-out X       fraction of the comments held out (default 0.2), or their
                     number, such as 10000
  --limit N          use only the first N comments
  --backend NAME     node (default), wasm or cpu
  --seed N           seed of all random choices (default 0)
  --out FOLDER       where the classifier is saved (default out/toxic-comments)
  --fresh            discard an interrupted run in FOLDER, or replace the model in
                     it, and start again
  --save-every N     minimum seconds between two saves of an unfinished run
                     (default 10; 0 saves after every batch)
  --help             prints this text

Ctrl-C stops at the end of the batch and saves; the same command resumes.`;

/** A frozen encoder allows a high rate; training a small encoder needs a higher one than published BERTs. */
export function defaultLearningRate(trainEncoder: boolean, hiddenSize: number): number {
  if (!trainEncoder) return 0.02;
  return hiddenSize <= 256 ? 1e-3 : 5e-5;
}

/** A wrong command line; the message is one line. */
export class UsageError extends Error {}

/** The options of a command line, or "help". Throws UsageError. */
export function parseOptions(args: string[]): Options | "help" {
  const values = parse(args);
  if (values.help) return "help";
  const { data, model, format = "jigsaw", backend = "node" } = values;
  if (model === undefined)
    throw new UsageError(
      "--model is missing: name the folder of a pretrained BERT, such as the quickstart's out/quickstart/model.",
    );
  if (!existsSync(model))
    throw new UsageError(
      `--model: there is no folder ${model}. Run \`npm run quickstart\` to make one, or name another.`,
    );
  const { out = "out/toxic-comments" } = values;
  if (data !== undefined && existsSync(out) && realpathSync(out) === realpathSync(model))
    throw new UsageError(`--out is the folder of --model, which would be replaced: ${out}. Name another.`);
  if (data !== undefined && !existsSync(data))
    throw new UsageError(`--data: there is no file ${data}. Check the path.`);
  if (format !== "jigsaw" && format !== "goemotions")
    throw new UsageError(`--format must be jigsaw or goemotions, got "${format}".`);
  if (!["node", "wasm", "cpu"].includes(backend))
    throw new UsageError(`--backend must be node, wasm or cpu, got "${backend}".`);
  const trainEncoder = values["train-encoder"] ?? false;
  return {
    data,
    format,
    model,
    trainEncoder,
    backend: backend as BackendName,
    epochs: whole("--epochs", values.epochs, 3),
    batchSize: whole("--batch-size", values["batch-size"], 32),
    length: whole("--length", values.length, 128, 3),
    limit: whole("--limit", values.limit, Number.MAX_SAFE_INTEGER),
    seed: whole("--seed", values.seed, 0, 0),
    learningRate:
      values["learning-rate"] === undefined ? undefined : between("--learning-rate", values["learning-rate"], 1, 1),
    heldOut: heldOutOf(values["held-out"]),
    out,
    fresh: values.fresh ?? false,
    saveEvery: whole("--save-every", values["save-every"], 10, 0),
  };
}

function parse(args: string[]) {
  const text = { type: "string" } as const;
  const flag = { type: "boolean" } as const;
  const options = {
    data: text,
    format: text,
    model: text,
    "train-encoder": flag,
    epochs: text,
    "batch-size": text,
    length: text,
    "learning-rate": text,
    "held-out": text,
    limit: text,
    backend: text,
    seed: text,
    out: text,
    fresh: flag,
    "save-every": text,
    help: flag,
  };
  try {
    const { values, tokens } = parseArgs({ args, options, tokens: true });
    checkGivenOnce(tokens);
    return values;
  } catch (error) {
    throw new UsageError(parseArgsMessage(error, Object.keys(options)));
  }
}

function whole(option: string, text: string | undefined, otherwise: number, minimum = 1): number {
  if (text === undefined) return otherwise;
  const value = Number(text);
  if (text.trim() !== "" && Number.isSafeInteger(value) && value >= minimum) return value;
  throw new UsageError(`${option} must be a whole number of at least ${minimum}, got "${text}".`);
}

function heldOutOf(text: string | undefined): number {
  return /^[1-9]\d*$/.test(text ?? "") ? Number(text) : between("--held-out", text, 0.2, 0.9);
}

function between(option: string, text: string | undefined, otherwise: number, maximum: number): number {
  if (text === undefined) return otherwise;
  const value = Number(text);
  if (text.trim() !== "" && value > 0 && value <= maximum) return value;
  throw new UsageError(`${option} must be a number above 0 and up to ${maximum}, got "${text}".`);
}
