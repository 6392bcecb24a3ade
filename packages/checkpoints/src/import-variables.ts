import { variables } from "@bertkit/nn";
import * as tf from "@tensorflow/tfjs-core";
import { CheckpointError } from "./checkpoint-error.ts";
import { type ImportReport, importProblems } from "./import-report.ts";
import { huggingFaceSpellings } from "./names/hugging-face-spellings.ts";
import { matchPattern } from "./names/name-pattern.ts";
import { nameOfPath, type NameRule } from "./names/name-rule.ts";
import type { StoredTensor } from "./safetensors/stored-tensor.ts";
import { memorySource, type TensorSource } from "./tensor-source.ts";
import { transposeMatrix } from "./transpose.ts";
import { acceptsElements, copyAs, type VariableData } from "./variable-data.ts";

export interface ImportOptions {
  /** Throw, and assign nothing, unless every variable and every tensor of the file found its other half. */
  strict?: boolean;
  /** Names, with `{i}`, that the file may hold beside the model's own: buffers, tied copies, other heads. */
  ignore?: readonly string[];
  /** Other names to look for where a file lacks a rule's own and its aliases. */
  spellings?: (name: string) => readonly string[];
  /**
   * Assign each variable as soon as its tensor is read, so that the file is never in memory a second time. A read that
   * fails halfway then leaves the model half loaded: for a model that is thrown away in that case. Default false.
   */
  eager?: boolean;
}

interface Match {
  readonly path: string;
  readonly variable: tf.Variable;
  readonly name: string;
  readonly transpose: boolean;
}

/**
 * Copies a file's tensors into a model's variables by a name table. Nothing is assigned before every tensor is
 * read, unless `eager`, so an error leaves the model as it was. Float variables take F32, F16, BF16 and F64.
 *
 * Not strict: variables without a tensor of their shape keep their values, and the report names them.
 */
export async function importVariables(
  model: object,
  tensors: TensorSource | ReadonlyMap<string, StoredTensor>,
  rules: readonly NameRule[],
  { strict = true, ignore = [], spellings = huggingFaceSpellings, eager = false }: ImportOptions = {},
): Promise<ImportReport> {
  const source = tensors instanceof Map ? memorySource(tensors.values()) : (tensors as TensorSource);
  const { matches, report } = matchVariables(variables(model), source, rules, { ignore, spellings });
  const problems = importProblems(report);
  if (strict && problems)
    throw new CheckpointError(
      "NAMES",
      `importVariables: ${problems}. Nothing was loaded; pass { strict: false } to load the rest.`,
    );
  const values: VariableData[] = [];
  for (const match of matches) {
    const read = await readValues(match, source);
    if (eager) assign(match, read);
    else values.push(read);
  }
  values.forEach((read, index) => assign(matches[index]!, read));
  return report;
}

function assign({ variable }: Match, values: VariableData): void {
  tf.tidy(() => variable.assign(tf.tensor(values, variable.shape, variable.dtype)));
}

function matchVariables(
  targets: ReadonlyMap<string, tf.Variable>,
  { entries }: TensorSource,
  rules: readonly NameRule[],
  { ignore, spellings }: Required<Pick<ImportOptions, "ignore" | "spellings">>,
): { matches: Match[]; report: ImportReport } {
  const matches: Match[] = [];
  const used = new Set<string>();
  const report = {
    loaded: [] as string[],
    missing: [] as ImportReport["missing"][number][],
    unexpected: [] as string[],
    mismatched: [] as ImportReport["mismatched"][number][],
  };
  for (const [path, variable] of targets) {
    const named = nameOfPath(rules, path);
    const names = named ? [named.name, ...named.aliases].flatMap((name) => [name, ...spellings(name)]) : [];
    const name = names.find((candidate) => entries.has(candidate));
    if (!named || name === undefined) {
      report.missing.push({ path, name: named?.name });
      continue;
    }
    used.add(name);
    const { type, shape } = entries.get(name)!;
    const expected = named.transpose ? variable.shape.toReversed() : variable.shape;
    const fits = named.reshape ? shape.reduce((a, b) => a * b, 1) === variable.size : isSameShape(shape, expected);
    if (!acceptsElements(variable.dtype, type) || !fits) {
      report.mismatched.push({
        path,
        name,
        expected: `${variable.dtype} [${expected.join(", ")}]`,
        found: `${type} [${shape.join(", ")}]`,
      });
      continue;
    }
    matches.push({ path, variable, name, transpose: named.transpose });
    report.loaded.push(path);
  }
  for (const name of entries.keys()) {
    if (!used.has(name) && !ignore.some((pattern) => matchPattern(pattern, name))) report.unexpected.push(name);
  }
  return { matches, report };
}

function isSameShape(a: readonly number[], b: readonly number[]): boolean {
  return a.length === b.length && a.every((length, axis) => length === b[axis]);
}

async function readValues({ variable, name, transpose }: Match, source: TensorSource): Promise<VariableData> {
  const values = copyAs(variable.dtype, await source.tensor(name));
  const [inputs, outputs] = variable.shape;
  return transpose ? transposeMatrix(values, outputs!, inputs!) : values;
}
