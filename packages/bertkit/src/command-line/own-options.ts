import { parseArgs } from "node:util";
import type { Rule } from "@bertkit/checks";
import { UsageError } from "./usage-error.ts";

/** An option of a command that reads its own arguments. */
export interface OwnOption {
  /** What it must be, as given on the command line or in a file of JSON. */
  readonly rule: Rule;
  readonly type: "text" | "number" | "flag";
  /** What stands for the value in the help: "N". */
  readonly value?: string;
  /** Lines of the help. */
  readonly help: string;
}

/** Options by the name in JSON ("batchSize"), which on the command line is "--batch-size". */
export type OwnOptions = Readonly<Record<string, OwnOption>>;

/** "batchSize" → "--batch-size" */
export function optionName(name: string): string {
  return `--${name.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
}

/**
 * The options given, by their names in JSON, and the operands. A flag may be negated: "--no-lowercase".
 *
 * @throws UsageError on an unknown option or a value that its rule rejects
 */
export function parseOwnOptions(
  args: readonly string[],
  options: OwnOptions,
): { values: Record<string, unknown>; operands: string[] } {
  const names = new Map(Object.keys(options).map((name) => [optionName(name).slice(2), name]));
  const parsed = parse(
    args,
    Object.fromEntries(
      Array.from(names, ([flag, name]) => [flag, { type: options[name]!.type === "flag" ? "boolean" : "string" }]),
    ),
  );
  const values: Record<string, unknown> = {};
  for (const [flag, given] of Object.entries(parsed.values)) {
    const name = names.get(flag)!;
    const { type } = options[name]!;
    values[name] = type === "number" ? toNumber(given as string) : given;
    checkOption(optionName(name), values[name], options[name]!);
  }
  return { values, operands: parsed.positionals };
}

/** @throws UsageError for an entry of an object of JSON that is no option, or that its rule rejects */
export function checkOwnOptions(where: string, given: Readonly<Record<string, unknown>>, options: OwnOptions): void {
  for (const [name, value] of Object.entries(given)) {
    if (!Object.hasOwn(options, name))
      throw new UsageError(`${where}: there is no option ${JSON.stringify(name.slice(0, 60))}`);
    checkOption(`${where}: ${name}`, value, options[name]!);
  }
}

/** The help of options, in two columns. */
export function optionsHelp(options: OwnOptions): string {
  const calls = Object.entries(options).map(([name, { value, help }]) => {
    const call = value === undefined ? optionName(name) : `${optionName(name)} ${value}`;
    const [first = "", ...rest] = help.split("\n");
    return [call.padEnd(32), first, ...rest.map((line) => `\n${" ".repeat(34)}${line}`)];
  });
  return calls.map(([call, ...lines]) => `  ${call}${lines.join("")}\n`).join("");
}

function checkOption(name: string, value: unknown, { rule }: OwnOption): void {
  if (!rule.holds(value)) throw new UsageError(`${name} must be ${rule.is}, got ${JSON.stringify(value)}`);
}

function parse(args: readonly string[], options: Record<string, { type: "boolean" | "string" }>) {
  try {
    return parseArgs({ args: [...args], options, allowPositionals: true, allowNegative: true });
  } catch (error) {
    const [sentence] = (error as Error).message.split(/\.\s|\n/);
    throw new UsageError(sentence);
  }
}

/** A text that is no number stays one, for the rule to reject. */
function toNumber(text: string): unknown {
  const value = Number(text);
  return text.trim() === "" || Number.isNaN(value) ? text : value;
}
