import { elementCount } from "./element-count.ts";
import type { ImportReport } from "./import-report.ts";
import { huggingFaceSpellings } from "./names/hugging-face-spellings.ts";
import { matchPattern } from "./names/name-pattern.ts";
import { nameOfPath, type NameRule } from "./names/name-rule.ts";
import { shownShape } from "./shown.ts";
import type { TensorDescription } from "./tensor-source.ts";
import { acceptsElements } from "./variable-data.ts";

/** What is known of a variable before there is one. */
export interface ImportTarget {
  readonly shape: readonly number[];
  readonly dtype: "float32" | "int32" | "bool";
}

/** A variable, or what is to become one, and the tensor that it takes. */
export interface TargetMatch<Target> {
  readonly path: string;
  readonly target: Target;
  readonly name: string;
  readonly transpose: boolean;
}

export interface MatchOptions {
  /** Names, with `{i}`, that the file may hold beside the model's own. */
  readonly ignore?: readonly string[];
  /** Other names to look for where a file lacks a rule's own and its aliases. */
  readonly spellings?: (name: string) => readonly string[];
}

/**
 * What `importVariables` would find for a model of these shapes, by path, before the model is built: a config that does not
 * fit the weights then costs nothing.
 */
export function planImport(
  targets: Iterable<readonly [path: string, target: ImportTarget]>,
  entries: ReadonlyMap<string, TensorDescription>,
  rules: readonly NameRule[],
  options: MatchOptions = {},
): ImportReport {
  return matchTargets(targets, entries, rules, options).report;
}

/** Finds each target's tensor by the table, and whether type and shape fit. */
export function matchTargets<Target extends { readonly shape: readonly number[]; readonly dtype: string }>(
  targets: Iterable<readonly [path: string, target: Target]>,
  entries: ReadonlyMap<string, TensorDescription>,
  rules: readonly NameRule[],
  { ignore = [], spellings = huggingFaceSpellings }: MatchOptions,
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
    const expected = named.transpose ? target.shape.toReversed() : target.shape;
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
