import { variables } from "@bertkit/nn";
import * as tf from "@tensorflow/tfjs-core";
import { CheckpointError } from "./checkpoint-error.ts";
import { type ImportReport, importProblems } from "./import-report.ts";
import { huggingFaceSpellings } from "./names/hugging-face-spellings.ts";
import { matchTargets, type TargetMatch } from "./match-targets.ts";
import { type NameRule } from "./names/name-rule.ts";
import type { StoredTensor } from "./safetensors/stored-tensor.ts";
import { memorySource, type TensorSource } from "./tensor-source.ts";
import { transposer } from "./transpose/transpose.ts";
import { ownedAs, type VariableData } from "./variable-data.ts";

export interface ImportOptions {
  /** Throw, and assign nothing, unless every variable and every tensor of the file found its other half. */
  strict?: boolean;
  /** Names, with `{i}`, that the file may hold beside the model's own: buffers, tied copies, other heads. */
  ignore?: readonly string[];
  /** Other names to look for where a file lacks a rule's own and its aliases. */
  spellings?: (name: string) => readonly string[];
  /**
   * Assign each variable as soon as its tensor is read, so that a model with weights is not in memory a second time. A
   * read that fails halfway then leaves it half loaded: for a model that is thrown away in that case. Default false.
   */
  eager?: boolean;
}

type Match = TargetMatch<tf.Variable>;

/** Tensors, and about how many bytes of them, that are under way together: reading and turning overlap. */
const together = { tensors: 8, bytes: 128 << 20 };

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
  const { matches, report } = matchTargets(variables(model), source.entries, rules, { ignore, spellings });
  const problems = importProblems(report);
  if (strict && problems)
    throw new CheckpointError(
      "NAMES",
      `importVariables: ${problems}. Nothing was loaded; pass { strict: false } to load the rest.`,
    );
  const values: [Match, VariableData][] = [];
  for await (const [match, read] of readAll(matches, source)) {
    if (eager) assign(match, read);
    else values.push([match, read]);
  }
  for (const [match, read] of values) assign(match, read);
  return report;
}

/**
 * Every match's values, turned as the variable wants them, in memory of their own. They are asked for in the file's order
 * and come as they are read: matrices are turned while a large table is still under way.
 */
async function* readAll(matches: readonly Match[], source: TensorSource): AsyncGenerator<[Match, VariableData]> {
  const order = new Map(Array.from(source.entries.keys(), (name, index) => [name, index]));
  const waiting = matches.toSorted((a, b) => order.get(a.name)! - order.get(b.name)!);
  const reading = new Map<Match, Promise<{ match: Match; tensor: StoredTensor }>>();
  const transpose = transposer();
  let bytes = 0;
  const readOn = (): void => {
    while (waiting.length > 0 && (reading.size === 0 || (reading.size < together.tensors && bytes < together.bytes))) {
      const match = waiting.shift()!;
      const read = source.tensor(match.name).then((tensor) => ({ match, tensor }));
      read.catch(() => {}); // the race below throws it, or nobody where another failed before
      bytes += 4 * match.target.size;
      reading.set(match, read);
    }
  };
  for (readOn(); reading.size > 0; readOn()) {
    const { match, tensor } = await Promise.race(reading.values());
    reading.delete(match);
    bytes -= 4 * match.target.size;
    const values = ownedAs(match.target.dtype, tensor);
    const [inputs, outputs] = match.target.shape;
    if (match.transpose) transpose(values, outputs!, inputs!);
    yield [match, values];
  }
}

function assign({ target: variable }: Match, values: VariableData): void {
  tf.tidy(() => variable.assign(tf.tensor(values, variable.shape, variable.dtype)));
}
