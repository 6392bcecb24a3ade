import { parseArgs } from "node:util";
import { checkGivenOnce, parseArgsMessage } from "@bertkit/checks";
import type { BackendName } from "@bertkit/backend";

import { recipes, sizes, type Recipe, type SizeName } from "./recipe.ts";

export interface Options {
  recipe: Recipe;
  backend: BackendName;
  seed: number;
  /** Output folder of the run. */
  out: string;
  /** Delete an interrupted run in `out`. */
  fresh: boolean;
  /** Minimum seconds between saves. */
  saveEvery: number;
}

export const help = `Usage: npm run quickstart -- [options]

Pretrains a BERT on the State of the Union addresses, fine-tunes it into a spam
classifier, saves both as Hugging Face folders and writes a report.

  --text PATHS      pretrain on your own text instead: .txt and .md files, or folders of them
  --long            the long recipe, half an hour to an hour
  --size SIZE       tiny, mini or small, as published for BERT (default: the recipe's size)
  --steps N         pretraining updates (default ${recipes.default.pretraining.steps}; with --long ${recipes.long.pretraining.steps},
                    and ${recipes.long.furtherPretraining!.steps} more on mails; other N keep that proportion)
  --draws N         random draws of mails on which the classifiers are compared
                    (default ${recipes.default.fineTuning.draws})
  --backend NAME    node (default), wasm or cpu
  --seed N          seed of all random choices (default 0)
  --out FOLDER      where to write (default out/quickstart)
  --fresh           discard an interrupted run in FOLDER, and start again
  --save-every N    minimum seconds between two saves (default 10; saving takes
                    at most a fiftieth of the time; 0 saves after every step)
  --help            prints this text

Ctrl-C stops at the end of the step and saves; the same command resumes.`;

/** An invalid command line, explained in one line. */
export class UsageError extends Error {}

/** Parses a command line into options or "help". @throws UsageError */
export function parseOptions(args: string[]): Options | "help" {
  const { values, positionals } = parse(args);
  const { long, size, steps, draws, backend, seed, out, fresh, "save-every": saveEvery, help } = values;
  if (help) return "help";
  const base = long ? recipes.long : recipes.default;
  if (size !== undefined && !(size in sizes))
    throw new UsageError(`--size must be tiny, mini or small, got "${size}".`);
  if (backend !== undefined && !["node", "wasm", "cpu"].includes(backend)) {
    throw new UsageError(`--backend must be node, wasm or cpu, got "${backend}".`);
  }
  if (values.text === undefined && positionals.length > 0)
    throw new UsageError(`Unexpected argument "${positionals[0]}". Pass your own text after --text.`);
  const text = values.text === undefined ? undefined : [values.text, ...positionals];
  const recipe: Recipe = {
    ...base,
    ...(text === undefined ? {} : { text, readsMails: false }),
    ...(size === undefined ? {} : { model: { ...base.model, ...sizes[size as SizeName] } }),
    ...(steps === undefined ? {} : withSteps(base, wholeNumber("--steps", steps, 1))),
    ...(draws === undefined ? {} : { fineTuning: { ...base.fineTuning, draws: wholeNumber("--draws", draws, 1) } }),
  };
  return {
    recipe,
    backend: (backend ?? "node") as BackendName,
    seed: seed === undefined ? 0 : wholeNumber("--seed", seed, 0),
    out: out ?? `out/quickstart${text === undefined ? "" : "-text"}${long ? "-long" : ""}`,
    fresh: fresh ?? false,
    saveEvery: saveEvery === undefined ? 10 : wholeNumber("--save-every", saveEvery, 0),
  };
}

/** Further pretraining keeps its fraction of the steps. */
function withSteps({ pretraining, furtherPretraining: further }: Recipe, steps: number): Partial<Recipe> {
  const shared = further === undefined ? 0 : Math.max(1, Math.round((further.steps / pretraining.steps) * steps));
  return {
    pretraining: { ...pretraining, steps },
    ...(further === undefined ? {} : { furtherPretraining: { ...further, steps: shared } }),
  };
}

function parse(args: string[]) {
  const text = { type: "string" } as const;
  const flag = { type: "boolean" } as const;
  const options = {
    text,
    long: flag,
    size: text,
    steps: text,
    draws: text,
    backend: text,
    seed: text,
    out: text,
    fresh: flag,
    "save-every": text,
    help: flag,
  };
  try {
    const parsed = parseArgs({
      args,
      allowPositionals: true, // more paths of --text
      options,
      tokens: true,
    });
    checkGivenOnce(parsed.tokens);
    return parsed;
  } catch (error) {
    throw new UsageError(parseArgsMessage(error, Object.keys(options)));
  }
}

function wholeNumber(option: string, text: string, minimum: number): number {
  const value = Number(text);
  if (text.trim() === "" || !Number.isSafeInteger(value) || value < minimum) {
    throw new UsageError(`${option} must be a whole number of at least ${minimum}, got "${text}".`);
  }
  return value;
}
