import { didYouMean } from "@bertkit/checks";
import { readFile } from "node:fs/promises";
import { UsageError } from "../usage-error.ts";
import { checkOption } from "./check-option.ts";
import { type Option, type Options, type OptionValues, textOption } from "./option.ts";
import { parseOptions } from "./parse-options.ts";

/** The option that names a file of more options. */
export const configOption: Option<string> = textOption(
  "FILE",
  'a JSON file of these options by name, { "batchSize": 64 }; the command line overrides it',
);

/**
 * Reads options from a JSON file: an object of values by option name.
 *
 * @throws UsageError if the file is missing or is not JSON, on an unknown option, or on a value that its rule rejects
 */
export async function readOptionsFile<Table extends Options>(
  file: string,
  options: Table,
): Promise<OptionValues<Table>> {
  let json: unknown;
  try {
    json = JSON.parse((await readFile(file, "utf8")).replace(/^\ufeff/, "")); // a byte-order mark, as of Windows' editors
  } catch (error) {
    throw new UsageError(`${file} cannot be read: ${(error as Error).message}. Give a JSON file of options`);
  }
  if (typeof json !== "object" || json === null || Array.isArray(json))
    throw new UsageError(`${file} must have an object of options, such as { "seed": 1 }`);
  for (const [name, value] of Object.entries(json)) {
    const option = Object.hasOwn(options, name) ? options[name] : undefined;
    if (option === undefined)
      throw new UsageError(
        `${file}: no option is called ${JSON.stringify(name.slice(0, 60))}.${didYouMean(name, Object.keys(options), JSON.stringify)} Use ${Object.keys(options).join(", ")}`,
      );
    checkOption(`${file}: ${name}`, value, option);
  }
  return json as OptionValues<Table>;
}

/**
 * `parseOptions` with `configOption`: values of the file that it names are the defaults. `given` has only those of the
 * command line.
 */
export async function parseOptionsAndFile<Table extends Options>(
  args: readonly string[],
  options: Table,
): Promise<{ values: OptionValues<Table>; given: OptionValues<Table>; operands: readonly string[] }> {
  const { values, operands } = parseOptions<Options>(args, { ...options, config: configOption });
  const { config, ...given } = values;
  const inFile = config === undefined ? {} : await readOptionsFile(config as string, options);
  return { values: { ...inFile, ...given } as OptionValues<Table>, given: given as OptionValues<Table>, operands };
}
