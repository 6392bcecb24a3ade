import { parseArgs } from "node:util";
import { UsageError } from "./usage-error.ts";

/** What a command's flags are: with a text after them, or alone. */
export type FlagTable = Readonly<Record<string, "text" | "alone">>;

/** The flags of a command line, by their names without dashes. */
export class Flags {
  readonly operands: readonly string[];
  readonly #values: Readonly<Record<string, string | boolean | undefined>>;

  /** @throws UsageError on a flag that is not in the table, or without its text */
  constructor(args: readonly string[], table: FlagTable) {
    const options = Object.fromEntries(
      Object.entries(table).map(([name, kind]) => [
        name,
        { type: kind === "text" ? ("string" as const) : ("boolean" as const) },
      ]),
    );
    try {
      const { values, positionals } = parseArgs({ args: [...args], options, allowPositionals: true });
      this.operands = positionals;
      this.#values = values as Record<string, string | boolean | undefined>;
    } catch (error) {
      const [sentence] = (error as Error).message.split(/\.\s|\n/);
      throw new UsageError(sentence);
    }
  }

  text(name: string): string | undefined {
    return this.#values[name] as string | undefined;
  }

  has(name: string): boolean {
    return this.#values[name] === true;
  }

  /** A text that must be there. */
  required(command: string, name: string, what: string): string {
    const text = this.text(name);
    if (text === undefined) throw new UsageError(`${command} needs --${name} ${what}`);
    return text;
  }

  /** A number in a range; `whole` refuses fractions. */
  number(
    name: string,
    { from, to = Infinity, whole = false }: { from: number; to?: number; whole?: boolean },
  ): number | undefined {
    const text = this.text(name);
    if (text === undefined) return undefined;
    const number = text.trim() === "" ? Number.NaN : Number(text);
    if (number >= from && number <= to && Number.isFinite(number) && (!whole || Number.isSafeInteger(number)))
      return number;
    const range = to === Infinity ? `of at least ${from}` : `from ${from} to ${to}`;
    throw new UsageError(`--${name} must be a ${whole ? "whole " : ""}number ${range}, got ${JSON.stringify(text)}`);
  }
}

/** A flag's text as one of a few. */
export function choice<Value extends string>(flags: Flags, name: string, values: readonly Value[]): Value | undefined {
  const text = flags.text(name);
  if (text === undefined) return undefined;
  const found = values.find((value) => value === text);
  if (found !== undefined) return found;
  throw new UsageError(`--${name} must be one of ${values.join(", ")}, got ${JSON.stringify(text)}`);
}

/** A flag's text as names with commas between. */
export function names(flags: Flags, name: string): string[] | undefined {
  const found = flags.text(name)?.split(",");
  if (found?.some((part) => part === "")) throw new UsageError(`--${name} has an empty name between its commas`);
  return found;
}
