import { optionName } from "../options/option.ts";
import { UsageError } from "../usage-error.ts";
import type { DataOptions, FileFormat } from "./data-options.ts";
import { formatOf } from "./records.ts";
import type { Task } from "./task.ts";

type Name = keyof DataOptions;

/**
 * @param files all that are read with the options: one for which an option has an effect is enough
 * @param training whether a new head gets its labels from the options
 * @throws UsageError for an option that would be ignored
 */
export function requireUsed(
  task: Task,
  files: readonly string[],
  options: DataOptions,
  { training }: { readonly training: boolean },
): void {
  const used = [...new Set(files.flatMap((file) => usedNames(task, file, options, training)))];
  const ignored = (Object.keys(options) as Name[]).find((name) => options[name] !== undefined && !used.includes(name));
  if (ignored !== undefined)
    throw new UsageError(
      `${optionName(ignored)} has no effect on ${task} with ${files.join(" and ")}${options.glue === undefined ? "" : ` as ${options.glue} of GLUE`}. Leave it out; options for this are ${used.map(optionName).join(", ")}`,
    );
  if (task !== "classify" && options.label !== undefined && options.label.length > 1)
    throw new UsageError(`--label names ${options.label.length} columns, but ${task} reads one. Name one`);
}

/** The options that have an effect on how a task reads a file. */
function usedNames(task: Task, file: string, options: DataOptions, training: boolean): Name[] {
  const format = options.format ?? formatOf(file);
  const labels: Name[] = training ? ["labels"] : [];
  if (task === "answer") {
    const isTable = format !== undefined && format !== "squad" && format !== "json";
    return isTable ? ["text", ...tableNames(format)] : ["format", "encoding"];
  }
  if (task === "ner") {
    const isTable = format === "jsonl" || format === "json" || format === "parquet";
    if (isTable) return ["text", "label", "labels", ...tableNames(format)]; // labels: tags may be their numbers
    return ["scheme", ...labels, "format", "encoding"];
  }
  if (task === "choose") return ["text", "pair", "label", ...tableNames(format)];
  const ofHead: Name[] = task === "classify" && training ? ["labels", "problem"] : [];
  if (options.glue !== undefined) return ["glue", ...ofHead, "encoding"];
  return ["text", "pair", "label", ...ofHead, "glue", ...tableNames(format)];
}

function tableNames(format: FileFormat | undefined): Name[] {
  if (format === "parquet") return ["format"];
  return format === "jsonl" || format === "json" ? ["format", "encoding"] : ["format", "separator", "encoding"];
}
