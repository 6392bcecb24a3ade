import { variables } from "./variables.ts";

export interface ParameterCount {
  total: number;
  trainable: number;
}

/** How many numbers a model holds, and how many of them training may change. */
export function countParameters(model: object): ParameterCount {
  const count = { total: 0, trainable: 0 };
  for (const variable of variables(model).values()) {
    count.total += variable.size;
    if (variable.trainable) count.trainable += variable.size;
  }
  return count;
}

/**
 * A table of a model's parts with their shapes, parameters and whether they are trained, as Keras prints it.
 *
 * @param depth how many levels of path to tell apart; deeper variables are summed. Default: all, each with its shape.
 */
export function summary(model: object, depth: number = Infinity): string {
  const rows = new Map<string, { shape: string; parameters: number; trainable: Set<boolean> }>();
  for (const [path, variable] of variables(model)) {
    const parts = path.split(".");
    const name = parts.slice(0, depth).join(".");
    const row = rows.get(name) ?? { shape: "", parameters: 0, trainable: new Set<boolean>() };
    row.shape = parts.length <= depth ? `[${variable.shape.join(", ")}]` : "";
    row.parameters += variable.size;
    row.trainable.add(variable.trainable);
    rows.set(name, row);
  }
  const cells = [...rows].map(([name, row]) => [
    name,
    row.shape,
    row.parameters.toLocaleString("en-US"),
    row.trainable.size === 2 ? "partly" : row.trainable.has(true) ? "yes" : "no",
  ]);
  const table = [["part", "shape", "parameters", "trainable"], ...cells];
  const widths = table[0]!.map((_, column) => Math.max(...table.map((row) => row[column]!.length)));
  const lines = table.map((row) =>
    row
      .map((cell, column) => (column === 2 ? cell.padStart(widths[column]!) : cell.padEnd(widths[column]!)))
      .join("  ")
      .trimEnd(),
  );
  const rule = "─".repeat(widths.reduce((sum, width) => sum + width + 2, -2));
  const { total, trainable } = countParameters(model);
  const totals = [
    `parameters    ${total.toLocaleString("en-US")}`,
    `trainable     ${trainable.toLocaleString("en-US")}`,
    `frozen        ${(total - trainable).toLocaleString("en-US")}`,
  ];
  return [lines[0]!, rule, ...lines.slice(1), rule, ...totals].join("\n");
}
