import { checkList, checkObject, checkOptions } from "@bertkit/checks";
import { elementCount } from "./element-count.ts";
import type { ImportReport } from "./import-report.ts";
import { matchPattern, nameOfPath, type NameRule } from "@bertkit/nn";
import { matchRules } from "./option-rules.ts";
import { shapeInFile } from "./shape-in-file.ts";
import { shownShape } from "./shown.ts";
import type { TensorDescription } from "./tensor-source.ts";
import { acceptsElements } from "./variable-data.ts";

/** The description of a variable that may not exist yet. */
export interface ImportTarget {
  readonly shape: readonly number[];
  readonly dtype: "float32" | "int32" | "bool";
}

/** A variable, or its description, and its tensor. */
export interface TargetMatch<Target> {
  readonly path: string;
  readonly target: Target;
  readonly name: string;
  readonly transpose: boolean;
}

export interface MatchOptions {
  /** Additional names, with `{i}`, that the file may have. */
  readonly ignore?: readonly string[];
  /** Other names to try if the file has neither a rule's name nor its aliases. */
  readonly spellings?: (name: string) => readonly string[];
}

/**
 * The report of `importVariables` for a model of these shapes, by path, before it is built: a config that does not
 * match the weights is rejected cheaply.
 */
export function planImport(
  targets: Iterable<readonly [path: string, target: ImportTarget]>,
  entries: ReadonlyMap<string, TensorDescription>,
  rules: readonly NameRule[],
  options: MatchOptions = {},
): ImportReport {
  checkOptions("planImport", options, matchRules);
  checkList("planImport", "targets", targets, "paths and targets");
  checkObject("planImport", "entries", entries, "a Map of tensors by name", "get");
  return matchTargets(targets, entries, rules, options).report;
}

/** Finds the tensor of each target by the name table, and checks type and shape. */
export function matchTargets<Target extends { readonly shape: readonly number[]; readonly dtype: string }>(
  targets: Iterable<readonly [path: string, target: Target]>,
  entries: ReadonlyMap<string, TensorDescription>,
  rules: readonly NameRule[],
  { ignore = [], spellings = () => [] }: MatchOptions,
): { matches: TargetMatch<Target>[]; report: ImportReport } {
  const matches: TargetMatch<Target>[] = [];
  const used = new Set<string>();
  const report = {
    loaded: [] as string[],
    missing: [] as ImportReport["missing"][number][],
    unexpected: [] as string[],
    mismatched: [] as ImportReport["mismatched"][number][],
  };
  for (const [path, target] of targets) {
    const named = nameOfPath(rules, path);
    const names = named ? [named.name, ...named.aliases].flatMap((name) => [name, ...spellings(name)]) : [];
    const name = names.find((candidate) => entries.has(candidate));
    if (!named || name === undefined) {
      report.missing.push({ path, name: named?.name });
      continue;
    }
    used.add(name);
    const { type, shape } = entries.get(name)!;
    const expected = shapeInFile("importVariables", named, target.shape);
    const fits = named.reshape ? elementCount(shape) === elementCount(expected) : isSameShape(shape, expected);
    if (!acceptsElements(target.dtype, type) || !fits) {
      report.mismatched.push({
        path,
        name,
        expected: `${target.dtype} [${expected.join(", ")}]`,
        found: `${type} ${shownShape(shape)}`,
      });
      continue;
    }
    matches.push({ path, target, name, transpose: named.transpose });
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
