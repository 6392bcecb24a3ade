import { readFile } from "node:fs/promises";
import { parseArgs } from "node:util";
import { UsageError } from "./usage-error.ts";

/** An option of a command, which a config file may set too, by its name in camel case. */
export interface Setting {
  /** After "--". */
  readonly name: string;
  /** "flag" has no value; a list of texts are the choices; a list of numbers is the range of a number. */
  readonly kind: "flag" | "text" | "whole" | readonly string[] | readonly [from: number, to: number];
  /** What stands for its value in the help. */
  readonly value?: string;
  readonly help: string;
}

/** Values by the settings' names in camel case; what is not set is not there. */
export type SettingValues = Readonly<Record<string, string | number | boolean>>;

/**
 * The settings and operands of a command line. What `--config FILE` holds, a JSON object of settings by name in camel case, is
 * the default of what the command line does not say.
 *
 * @throws UsageError on a setting that there is none of, or a value that is none
 */
export async function readSettings(
  args: readonly string[],
  settings: readonly Setting[],
): Promise<{ values: SettingValues; operands: readonly string[] }> {
  const { values, positionals } = parse(args, settings);
  const { config: file, ...given } = values;
  const found = typeof file === "string" ? await configOf(file, settings) : {};
  for (const setting of settings) {
    const value = given[setting.name];
    if (value !== undefined) found[camelCase(setting.name)] = valueOf(setting, value, `--${setting.name}`);
  }
  return { values: found, operands: positionals };
}

/** The settings as lines of a help text. */
export function settingsHelp(settings: readonly Setting[]): string {
  return [...settings, configSetting, helpSetting]
    .map(({ name, kind, value, help }) => {
      const shown =
        value ?? (Array.isArray(kind) && typeof kind[0] === "string" ? "NAME" : kind === "text" ? "TEXT" : "N");
      const option = `${name === "help" ? "-h, " : ""}--${name}${kind === "flag" ? "" : ` ${shown}`}`;
      return wrapped(help, 72)
        .map((line, i) => `  ${(i === 0 ? option : "").padEnd(25)} ${line}\n`)
        .join("");
    })
    .join("");
}

const configSetting: Setting = {
  name: "config",
  kind: "text",
  value: "FILE",
  help: 'a JSON file of these options by name, { "maxSeqLength": 512 }; the command line overrides it',
};
const helpSetting: Setting = { name: "help", kind: "flag", help: "this text" };

function parse(
  args: readonly string[],
  settings: readonly Setting[],
): { values: Record<string, string | boolean | undefined>; positionals: string[] } {
  const options = Object.fromEntries(
    [...settings, configSetting].map(({ name, kind }) => [
      name,
      { type: kind === "flag" ? ("boolean" as const) : ("string" as const) },
    ]),
  );
  try {
    const { values, positionals } = parseArgs({ args: [...args], options, allowPositionals: true });
    return { values: values as Record<string, string | boolean | undefined>, positionals };
  } catch (error) {
    const [sentence] = (error as Error).message.split(/\.\s|\n/);
    throw new UsageError(sentence);
  }
}

async function configOf(
  file: string,
  settings: readonly Setting[],
): Promise<Record<string, string | number | boolean>> {
  let config: unknown;
  try {
    config = JSON.parse(await readFile(file, "utf8"));
  } catch (error) {
    throw new UsageError(`--config ${file} cannot be read: ${(error as Error).message}`);
  }
  if (typeof config !== "object" || config === null || Array.isArray(config))
    throw new UsageError(`--config ${file} must hold an object of options`);
  const byName = new Map(settings.map((setting) => [camelCase(setting.name), setting]));
  return Object.fromEntries(
    Object.entries(config).map(([name, value]) => {
      const setting = byName.get(name);
      if (setting === undefined)
        throw new UsageError(
          `--config ${file} has ${JSON.stringify(name)}, which is no option; there are ${[...byName.keys()].join(", ")}`,
        );
      return [name, valueOf(setting, value, `${name} of --config ${file}`)];
    }),
  );
}

function valueOf({ kind }: Setting, value: unknown, where: string): string | number | boolean {
  const fault = (what: string): UsageError => new UsageError(`${where} must be ${what}, got ${JSON.stringify(value)}`);
  if (kind === "flag") {
    if (typeof value === "boolean") return value;
    throw fault("true or false");
  }
  if (kind === "text") {
    if (typeof value === "string") return value;
    throw fault("a text");
  }
  const number = typeof value === "string" && value.trim() !== "" ? Number(value) : value;
  if (kind === "whole") {
    if (Number.isSafeInteger(number) && (number as number) >= 0) return number as number;
    throw fault("a whole number of at least 0");
  }
  if (typeof kind[0] === "string") {
    if ((kind as readonly string[]).includes(value as string)) return value as string;
    throw fault(`one of ${kind.join(", ")}`);
  }
  const [from, to] = kind as readonly [number, number];
  if (typeof number === "number" && number >= from && number <= to) return number;
  throw fault(`a number from ${from} to ${to}`);
}

function camelCase(name: string): string {
  return name.replace(/-[a-z]/g, (part) => part[1]!.toUpperCase());
}

function wrapped(text: string, width: number): string[] {
  const lines: string[] = [];
  for (const word of text.split(" ")) {
    const last = lines.at(-1);
    if (last === undefined || last.length + word.length >= width) lines.push(word);
    else lines[lines.length - 1] = `${last} ${word}`;
  }
  return lines;
}
