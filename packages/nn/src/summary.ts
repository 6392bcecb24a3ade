import * as tf from "@tensorflow/tfjs-core";

import { checkValue, either, number, wholeNumber } from "@bertkit/checks";
import { escapeControls } from "./escape-controls.ts";
import { checkModel, variables } from "./variables.ts";

export interface ParameterCount {
  readonly total: number;
  readonly trainable: number;
}

/** Counts the parameters of a model, and the trainable ones among them. */
export function countParameters(model: object): ParameterCount {
  const count = { total: 0, trainable: 0 };
  for (const variable of variables(model).values()) {
    count.total += variable.size;
    if (variable.trainable) count.trainable += variable.size;
  }
  return count;
}

/** A part, a list of parts or a variable. */
interface Row {
  readonly level: number;
  readonly name: string;
  readonly kind: string;
  /** A variable's shape; for a repeated part, the path of its first occurrence. */
  readonly shape: string;
  /** Undefined for a repeated part, which is counted at its first occurrence. */
  readonly count: ParameterCount | undefined;
  readonly isVariable: boolean;
}

/**
 * A model's parts as a tree, as in Keras: each with its class, number of parameters and whether they are trainable, and
 * each variable with its shape. The last lines are the totals. A repeated part or variable, such as tied weights,
 * refers to its first occurrence and is counted once.
 *
 * @param depth number of levels to print; counts include deeper levels. Default: all
 */
export function summary(model: object, depth: number = Infinity): string {
  const levels = either(wholeNumber(1), number({ from: Infinity, to: Infinity }));
  checkValue("summary", "depth", depth, levels, "Leave it out for all levels.");
  checkModel("summary", model);
  const seen = new Map<object, string>([[model, "the model"]]);
  const rows = childRows(model, "", 0, seen).filter(({ level }) => level < depth);
  const cells = rows.map(({ level, name, kind, shape, count }) => [
    "  ".repeat(level) + escapeControls(name),
    kind,
    shape,
    count?.total.toLocaleString("en-US") ?? "",
    count === undefined || count.total === 0 ? "" : trained(count),
  ]);
  const table = [["part", "class", "shape", "parameters", "trainable"], ...cells];
  const widths = table[0]!.map((_, column) => Math.max(...table.map((row) => row[column]!.length)));
  const lines = table.map((row) =>
    row
      .map((cell, column) => (column === 3 ? cell.padStart(widths[column]!) : cell.padEnd(widths[column]!)))
      .join("  ")
      .trimEnd(),
  );
  const rule = "─".repeat(widths.reduce((sum, width) => sum + width + 2, -2));
  const { total, trainable } = countParameters(model);
  const totals = [
    ["parameters", total],
    ["trainable", trainable],
    ["frozen", total - trainable],
  ] as const;
  const digits = total.toLocaleString("en-US").length;
  return [
    ...(isPlain(model) ? [] : [`Model: ${model.constructor.name}`]),
    lines[0]!,
    rule,
    ...lines.slice(1),
    rule,
    ...totals.map(([name, count]) => `${name.padEnd(12)}${count.toLocaleString("en-US").padStart(digits)}`),
  ].join("\n");
}

function childRows(part: object, path: string, level: number, seen: Map<object, string>): Row[] {
  return Object.entries(part).flatMap(([name, value]: [string, unknown]) =>
    typeof value === "object" && value !== null
      ? rowsOf(value, name, path === "" ? name : `${path}.${name}`, level, seen)
      : [],
  );
}

/** The row of a value and the rows below it; none for a value that is not part of the model, such as an option. */
function rowsOf(value: object, name: string, path: string, level: number, seen: Map<object, string>): Row[] {
  if ((value instanceof tf.Tensor && !(value instanceof tf.Variable)) || ArrayBuffer.isView(value)) return [];
  const isVariable = value instanceof tf.Variable;
  const row = { level, name, kind: isVariable ? "" : kindOf(value), isVariable };
  const before = seen.get(value);
  if (before !== undefined)
    return variables({ value }).size === 0 ? [] : [{ ...row, shape: `= ${escapeControls(before)}`, count: undefined }];
  seen.set(value, path);
  if (isVariable) return [{ ...row, shape: `[${value.shape.join(", ")}]`, count: countParameters({ value }) }];
  const below = childRows(value, path, level + 1, seen);
  if (below.length === 0 && typeof (value as { forward?: unknown }).forward !== "function") return [];
  const count = { total: 0, trainable: 0 };
  for (const { count: own, isVariable } of below) {
    if (!isVariable || own === undefined) continue;
    count.total += own.total;
    count.trainable += own.trainable;
  }
  return [{ ...row, shape: "", count }, ...below];
}

function kindOf(value: object): string {
  if (Array.isArray(value)) return `list of ${value.length}`;
  return isPlain(value) ? "" : value.constructor.name;
}

function isPlain(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === null || prototype === Object.prototype || Array.isArray(value);
}

function trained({ total, trainable }: ParameterCount): string {
  return trainable === total ? "yes" : trainable === 0 ? "no" : "partly";
}
