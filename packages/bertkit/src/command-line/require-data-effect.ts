import { type CorpusFormat, readCorpus } from "@bertkit/datasets";
import type { DataValues } from "./data-command-options.ts";
import { optionName } from "./options/option.ts";
import { UsageError } from "./usage-error.ts";

/**
 * @param given options of the command line; those of a file may be for other runs
 * @param operands files and folders; none for standard input, which is not read
 * @throws UsageError for one that does not change the instances, as other options or the files' formats are
 * @throws DatasetError if a source cannot be read
 */
export async function requireDataEffect(
  values: DataValues,
  given: DataValues,
  operands: readonly string[],
): Promise<void> {
  const { masking = "token", layout = "sentences", format, split } = values;
  if (given.longestGram !== undefined && masking !== "ngram" && masking !== "span")
    throw without("longestGram", `with --masking ${masking}`, "choose --masking ngram or span");
  if (given.replace === "gram" && masking === "token")
    throw without("replace", "with --masking token", "choose --masking whole-word, ngram or span");
  if ([given.language, given.field, given.layout, given.encoding].every((value) => value === undefined)) return;
  const formats = new Set<CorpusFormat>(
    operands.length > 0 ? await formatsOf(operands, format, split) : [format ?? "text"],
  );
  const isText = formats.size === 1 && formats.has("text");
  if (given.language !== undefined && isText && layout === "sentences")
    throw without("language", "on text with a sentence per line", "choose --layout prose or lines");
  if (given.field !== undefined && isText) throw without("field", "on plain text", "give its --format");
  const of = [...formats].join(" and ");
  if (given.layout !== undefined && !formats.has("text")) throw without("layout", `on ${of}`, "choose --format text");
  if (given.encoding !== undefined && !formats.has("text") && !formats.has("jsonl"))
    throw without("encoding", `on ${of}`, "give the --format of text");
}

async function formatsOf(
  operands: readonly string[],
  format: CorpusFormat | undefined,
  split: string | undefined,
): Promise<CorpusFormat[]> {
  const { files } = await readCorpus(operands, {
    ...(format !== undefined && { format }),
    ...(split !== undefined && { split }),
  });
  return files.map((file) => file.format);
}

function without(name: keyof DataValues, where: string, cure: string): UsageError {
  return new UsageError(`${optionName(name)} has no effect ${where}. Leave it out, or ${cure}`);
}
