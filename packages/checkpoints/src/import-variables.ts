import { checkObject, checkObjects, checkOptions } from "@bertkit/checks";
import { type NameRule, variables } from "@bertkit/nn";
import { ownedTensor } from "@bertkit/ops";
import * as tf from "@tensorflow/tfjs-core";
import { CheckpointError } from "./checkpoint-error.ts";
import { type ImportReport, importProblems } from "./import-report.ts";
import { matchTargets, type TargetMatch } from "./match-targets.ts";
import type { StoredTensor } from "./safetensors/stored-tensor.ts";
import { importRules } from "./option-rules.ts";
import { memorySource, type TensorSource } from "./tensor-source.ts";
import { transposer } from "./transpose/transpose.ts";
import { ownedAs, type VariableData } from "./variable-data.ts";

export interface ImportOptions {
  /** Throw, and assign nothing, unless variables and tensors match one to one. Default true. */
  readonly strict?: boolean;
  /** Additional names, with `{i}`, that the file may have: buffers, tied copies, other heads. */
  readonly ignore?: readonly string[];
  /** Other names to try if the file has neither a rule's name nor its aliases. */
  readonly spellings?: (name: string) => readonly string[];
  /**
   * Assign each variable as soon as its tensor is read, which saves the memory of a second copy of the weights. If a
   * read fails, the model is left partly loaded and must be discarded. Default false.
   */
  readonly eager?: boolean;
}

type Match = TargetMatch<tf.Variable>;

/** How many tensors, and roughly bytes, are read at once; reading overlaps with transposing. */
const concurrency = { tensors: 8, bytes: 128 << 20 };

/**
 * Copies the tensors of a file into the variables of a model, using a name table. Unless `eager`, nothing is assigned
 * before all tensors are read, so an error leaves the model unchanged. Float variables accept F32, F16, BF16 and F64.
 *
 * If not strict, variables without a matching tensor keep their values and are listed in the report.
 *
 * @throws CheckpointError if variables and tensors do not match (if strict), a rule transposes a variable that is not a
 *   matrix, or a 64-bit integer is beyond the 32 bits of a variable
 */
export async function importVariables(
  model: object,
  tensors: TensorSource | ReadonlyMap<string, StoredTensor>,
  rules: readonly NameRule[],
  options: ImportOptions = {},
): Promise<ImportReport> {
  checkOptions("importVariables", options, importRules);
  checkObjects("importVariables", "rules", rules, "{ path, name }", "path", "name");
  const { strict = true, ignore = [], spellings = () => [], eager = false } = options;
  const source = tensors instanceof Map ? memorySource(tensors.values()) : (tensors as TensorSource);
  checkObject("importVariables", "tensors", source, "a TensorSource or a Map of tensors", "entries", "tensor");
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
 * The values of each match, transposed as needed, in their own memory. They are requested in the order of the file and
 * yielded as they arrive: matrices are transposed while a large table is still being read.
 */
async function* readAll(matches: readonly Match[], source: TensorSource): AsyncGenerator<[Match, VariableData]> {
  const order = new Map(Array.from(source.entries.keys(), (name, index) => [name, index]));
  const waiting = matches.toSorted((a, b) => order.get(a.name)! - order.get(b.name)!);
  const arrived: { match: Match; tensor: StoredTensor }[] = [];
  let failure: { error: unknown } | undefined;
  let wake = (): void => {};
  const transpose = transposer();
  let [reading, bytes] = [0, 0];
  const readMore = (): void => {
    while (waiting.length > 0 && (reading === 0 || (reading < concurrency.tensors && bytes < concurrency.bytes))) {
      const match = waiting.shift()!;
      reading++;
      bytes += 4 * match.target.size;
      void source
        .tensor(match.name)
        .then(
          (tensor) => void arrived.push({ match, tensor }),
          (error: unknown) => void (failure ??= { error }),
        )
        .then(() => wake());
    }
  };
  for (readMore(); reading > 0; readMore()) {
    if (arrived.length === 0 && failure === undefined) await new Promise<void>((resolve) => (wake = resolve));
    if (failure !== undefined) throw failure.error;
    const { match, tensor } = arrived.shift()!;
    reading--;
    bytes -= 4 * match.target.size;
    const values = ownedAs(match.target.dtype, tensor);
    const [inputs, outputs] = match.target.shape;
    if (match.transpose) transpose(values, outputs!, inputs!);
    yield [match, values];
  }
}

function assign({ target: variable }: Match, values: VariableData): void {
  tf.tidy(() => variable.assign(ownedTensor(values, variable.shape, variable.dtype as "float32" | "int32" | "bool")));
}
