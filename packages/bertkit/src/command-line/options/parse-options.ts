import { parseArgsMessage } from "@bertkit/checks";
import { parseArgs } from "node:util";
import { UsageError } from "../usage-error.ts";
import { checkOption } from "./check-option.ts";
import { type Option, optionName, type Options, type OptionValues } from "./option.ts";

/**
 * Parses the arguments of a command into option values, by name, and operands.
 *
 * @throws UsageError on an unknown option or a value that its rule rejects
 */
export function parseOptions<Table extends Options>(
  args: readonly string[],
  options: Table,
): { values: OptionValues<Table>; operands: readonly string[] } {
  const names = new Map(Object.keys(options).map((name) => [optionName(name).slice(2), name]));
  const parsed = parse(args, names, options);
  const values: Record<string, unknown> = {};
  for (const [written, given] of Object.entries(parsed.values)) {
    const name = names.get(written)!;
    values[name] = valueOf(options[name]!, given as string | boolean);
    checkOption(`--${written}`, values[name], options[name]!, given);
  }
  return { values: values as OptionValues<Table>, operands: parsed.positionals };
}

/** @throws UsageError if an option that the command needs was not given */
export function requireOption<Value>(command: string, usage: string, value: Value | undefined): Value {
  if (value === undefined) throw new UsageError(`${command} needs ${usage}`);
  return value;
}

function parse(args: readonly string[], names: ReadonlyMap<string, string>, options: Options) {
  const described = Array.from(names, ([written, name]) => {
    const type = options[name]!.kind === "flag" ? ("boolean" as const) : ("string" as const);
    return [written, { type }] as const;
  });
  try {
    return parseArgs({
      args: [...args],
      options: Object.fromEntries(described),
      allowPositionals: true,
      allowNegative: true,
    });
  } catch (error) {
    throw new UsageError(parseArgsMessage(error, [...names.keys()]));
  }
}

/** Text that is not a number stays text, for the rule to reject. */
function valueOf({ kind }: Option, given: string | boolean): unknown {
  if (kind === "list") return (given as string).split(",");
  if (kind !== "number") return given;
  const value = Number(given);
  return (given as string).trim() === "" || Number.isNaN(value) ? given : value;
}
