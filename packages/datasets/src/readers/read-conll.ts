import { DatasetError } from "../dataset-error.ts";
import { fromGenerator } from "../iterables/any-iterable.ts";
import { quoted } from "../tables/table-row.ts";
import { readLines } from "../text/lines.ts";
import { strip, stripEnd } from "../text/python-white-space.ts";
import type { Source, SourceOptions } from "../text/source.ts";
import { iob1ToBio, isTag } from "./iob1-to-bio.ts";

export interface TaggedSentence {
  words: string[];
  /** One a word, in BIO ("B-PER", "I-PER", "O"); undefined where the file has words only. */
  tags: string[] | undefined;
  /** From 0; counted at the -DOCSTART- lines of CoNLL-2003, always 0 in a file without them. */
  document: number;
}

export interface ConllOptions extends SourceOptions {
  /** Which column holds the word, from 0. */
  wordColumn?: number;
  /** Which column holds the tag, from 0; the last by default, and none in a file of one column. */
  tagColumn?: number;
  /**
   * How the file writes entities. "iob1" is CoNLL-2003's original: an entity begins with B- only where it follows
   * another of its type at once. Both come out as BIO.
   */
  scheme?: "bio" | "iob1";
}

/**
 * Sentences of a CoNLL file: a word a line, its columns with tabs or spaces between, an empty line after a sentence.
 * Reads WNUT-17 (two columns) and CoNLL-2003 (four) as they are.
 */
export function readConll(source: Source, options: ConllOptions = {}): AsyncIterable<TaggedSentence> {
  const { wordColumn = 0, tagColumn, scheme = "bio", file } = options;
  const where = "readConll";
  return fromGenerator(async function* () {
    let line = 0;
    let width: number | undefined;
    let document = -1;
    let words: string[] = [];
    let tags: string[] = [];
    for await (const text of readLines(source, options)) {
      line++;
      if (strip(text) === "") {
        if (words.length > 0) yield finish();
        continue;
      }
      const fields = text.includes("\t") ? text.split("\t") : stripEnd(text).split(/ +/);
      if (fields[0] === "-DOCSTART-") {
        document++;
        continue;
      }
      width ??= fields.length;
      if (fields.length !== width) {
        throw new DatasetError(
          where,
          `the lines before have ${width} columns, this one ${fields.length}: ${quoted(text)}. Correct the line; an empty line ends a sentence.`,
          { file, line },
        );
      }
      const word = fields[wordColumn];
      if (word === undefined) {
        throw new DatasetError(
          where,
          `no column ${wordColumn} in a line of ${width}, got ${quoted(text)}. Set wordColumn to the column of the words, from 0.`,
          { file, line },
        );
      }
      words.push(word);
      if (width === 1 && tagColumn === undefined) continue;
      const tag = fields[tagColumn ?? width - 1] ?? "";
      if (!isTag(tag)) {
        throw new DatasetError(
          where,
          `expected O, B-TYPE or I-TYPE, got ${quoted(tag)}. Set tagColumn to the column of the tags, from 0, or correct the line.`,
          { file, line, column: (tagColumn ?? width - 1) + 1 },
        );
      }
      tags.push(tag);
    }
    if (words.length > 0) yield finish();

    function finish(): TaggedSentence {
      const sentence = {
        words,
        tags: tags.length === 0 ? undefined : scheme === "iob1" ? iob1ToBio(tags) : tags,
        document: Math.max(0, document),
      };
      words = [];
      tags = [];
      return sentence;
    }
  });
}
