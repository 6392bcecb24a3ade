import { DatasetError, readConll, type TaggedSentence } from "@bertkit/datasets";
import { tagSchemeOf } from "@bertkit/metrics";
import type { DataOptions } from "./data-options.ts";
import { labelCalled } from "./label-called.ts";
import { columnOf, formatOf, missingColumn, readRecords, textsOf } from "./records.ts";

/**
 * The sentences of a CoNLL file, or of a table with a list of words and one of tags in each row.
 *
 * @param labeled whether a table without tags is an error
 */
export async function readTagged(
  file: string,
  options: DataOptions,
  { labeled }: { readonly labeled: boolean },
): Promise<TaggedSentence[]> {
  const { format = formatOf(file) ?? "conll", scheme = "bio", labels, encoding = "utf-8" } = options;
  if (format === "conll" || format === "tsv" || format === "csv")
    return readConll(file, { scheme, encoding }).toArray();
  const sentences: TaggedSentence[] = [];
  for await (const record of readRecords(file, { format, encoding })) {
    const text = columnOf(record, "text", options.text, ["tokens", "words"]);
    const label = columnOf(record, "label", options.label?.[0], ["ner_tags", "tags", "labels"]);
    if (text === undefined) throw missingColumn(record.place, record.values, "--text is needed: there is no", "tokens");
    const words = textsOf(record, text);
    if (label === undefined && labeled)
      throw missingColumn(record.place, record.values, "--label is needed: there is no", "ner_tags");
    const tags =
      label === undefined
        ? undefined
        : textsOf(record, label).map((tag) => labelCalled(tag.trim(), labels ?? []) ?? tag.trim());
    if (tags && tags.length !== words.length)
      throw new DatasetError(
        "the data",
        `${words.length} words and ${tags.length} tags. Give one tag per word.`,
        record.place,
      );
    if (tags?.some((tag) => /^\d+$/.test(tag)))
      throw new DatasetError(
        "the data",
        "tags are numbers. Name them in their order with --labels O,B-PER,I-PER,….",
        record.place,
      );
    if (tags?.includes(""))
      throw new DatasetError(
        "the data",
        `word ${tags.indexOf("") + 1} has an empty tag. Give it a tag, such as O.`,
        record.place,
      );
    sentences.push({ words, tags, document: 0 });
  }
  return sentences;
}

/** The labels of a training file: O, then B- and I- of each type, sorted; unchanged if they are not BIO. */
export function tagsOf(sentences: readonly TaggedSentence[], { labels }: DataOptions, file: string): readonly string[] {
  if (labels) return labels;
  const seen = new Set(sentences.flatMap(({ tags = [] }) => tags));
  if (seen.size === 0)
    throw new DatasetError("the data", "no word has a tag. Give a file with words and tags.", { file });
  if (!["bio", "iob1"].includes(tagSchemeOf(["O", ...seen]) ?? "")) return [...seen].sort();
  const types = [...new Set([...seen].filter((tag) => tag !== "O").map((tag) => tag.slice(2)))].sort();
  return ["O", ...types.flatMap((type) => [`B-${type}`, `I-${type}`])];
}
