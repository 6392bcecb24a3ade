import { DatasetError } from "../dataset-error.ts";
import type { Dataset } from "../dataset/dataset.ts";
import { readerDataset } from "../dataset/reader-dataset.ts";
import { conllRules } from "../option-rules.ts";
import { quoted } from "../tables/table-row.ts";
import { linesOf } from "../text/lines.ts";
import { strip, stripEnd } from "../text/python-white-space.ts";
import type { Source, SourceOptions } from "../sources/source.ts";
import { expectedTags, isTag, type TagScheme, toBio } from "./to-bio.ts";

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
   * How the file writes entities; all come out as BIO. "iob1" is CoNLL-2003's original: an entity begins with B- only
   * where it follows another of its type at once. "bioes" and "bilou" mark ends and entities of one word too; in "bare"
   * a word has its type alone, and what follows a word of its own type belongs to it. Default "bio".
   */
  scheme?: TagScheme;
}

/**
 * Sentences of a CoNLL file: a word a line, its columns with tabs or spaces between, an empty line after a sentence.
 * Reads WNUT-17 (two columns) and CoNLL-2003 (four) as they are. Before a sentence's first word, a line that begins with
 * "#" and has not the columns and the tag of a word is a comment, as in CoNLL-U and MultiCoNER.
 */
export function readConll(source: Source, options: ConllOptions = {}): Dataset<TaggedSentence> {
  const { wordColumn = 0, tagColumn, scheme = "bio" } = options;
  const where = "readConll";
  return readerDataset("readConll", source, options, conllRules, async function* ({ file, ...others }) {
    let line = 0;
    let width: number | undefined;
    let document = -1;
    let words: string[] = [];
    let tags: string[] = [];
    for await (const text of linesOf(source, { ...others, ...(file !== undefined && { file }) })) {
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
      if (words.length === 0 && text.startsWith("#") && isComment(fields)) continue;
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
      if (!isTag(tag, scheme)) {
        throw new DatasetError(
          where,
          `expected ${expectedTags(scheme)}, got ${quoted(tag)}. Set scheme to how the file writes entities, or tagColumn to the column of the tags, from 0, or correct the line.`,
          { file, line, column: (tagColumn ?? width - 1) + 1 },
        );
      }
      tags.push(tag);
    }
    if (words.length > 0) yield finish();

    function isComment(fields: readonly string[]): boolean {
      if (fields.length !== (width ?? fields.length)) return true;
      if (fields.length === 1) return false;
      return !isTag(fields[tagColumn ?? fields.length - 1] ?? "", scheme);
    }

    function finish(): TaggedSentence {
      const sentence = {
        words,
        tags: tags.length === 0 ? undefined : toBio(tags, scheme),
        document: Math.max(0, document),
      };
      words = [];
      tags = [];
      return sentence;
    }
  });
}
