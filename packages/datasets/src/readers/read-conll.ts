import { isTag, type TagScheme, validTags } from "@bertkit/checks";
import { DatasetError } from "../dataset-error.ts";
import type { Dataset } from "../dataset/dataset.ts";
import { readerDataset } from "../dataset/reader-dataset.ts";
import { conllRules } from "../option-rules.ts";
import { quoted } from "../tables/table-row.ts";
import { linesOf } from "../text/lines.ts";
import { strip, stripEnd } from "../text/python-white-space.ts";
import type { Source, SourceOptions } from "../sources/source.ts";
import { toBio } from "./to-bio.ts";

export type { TagScheme } from "@bertkit/checks";

export interface TaggedSentence {
  readonly words: string[];
  /** One per word, in BIO ("B-PER", "I-PER", "O"); undefined if the file has only words. */
  readonly tags: string[] | undefined;
  /** From 0; counted at the -DOCSTART- lines of CoNLL-2003, always 0 in a file without them. */
  readonly document: number;
}

export interface ConllOptions extends SourceOptions {
  /** The column of words, from 0. */
  readonly wordColumn?: number;
  /** The column of tags, from 0; default the last, or none in a file with one column. */
  readonly tagColumn?: number;
  /**
   * The file's tagging scheme; all are converted to BIO. "iob1" is CoNLL-2003's original: an entity begins with B- only
   * directly after another of its type. "bioes" and "bilou" also mark ends and one-word entities; in "bare" a tag is
   * only the type, and consecutive words with one type are one entity. Default "bio".
   */
  readonly scheme?: TagScheme;
}

/**
 * Sentences of a CoNLL file: one word per line, columns separated by tabs or spaces, an empty line or one of -DOCSTART-
 * after each sentence.
 * Reads WNUT-17 (two columns) and CoNLL-2003 (four) unchanged. Before a sentence's first word, a line that begins with
 * "#" and does not have a word's columns and tag is a comment, as in CoNLL-U and MultiCoNER.
 */
export function readConll(source: Source, options: ConllOptions = {}): Dataset<TaggedSentence> {
  const where = "readConll";
  return readerDataset(where, source, options, conllRules, async function* ({ file, ...given }) {
    const { wordColumn = 0, tagColumn, scheme = "bio", ...others } = given;
    let line = 0;
    let width: number | undefined;
    let document = -1;
    let sentences = 0;
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
        if (words.length > 0) yield finish();
        document = sentences > 0 && document < 0 ? 1 : document + 1;
        continue;
      }
      if (words.length === 0 && text.startsWith("#") && isComment(fields)) continue;
      width ??= fields.length;
      if (fields.length !== width) {
        throw new DatasetError(
          where,
          `previous lines have ${width} columns, this one ${fields.length}: ${quoted(text)}. Correct the line; an empty line ends a sentence.`,
          { file, line },
        );
      }
      const word = fields[wordColumn];
      if (word === undefined) {
        throw new DatasetError(
          where,
          `no column ${wordColumn} in a line with ${width}, got ${quoted(text)}. Set wordColumn to the column of the words, from 0.`,
          { file, line },
        );
      }
      words.push(word);
      if (width === 1 && tagColumn === undefined) continue;
      const tag = fields[tagColumn ?? width - 1] ?? "";
      if (!isTag(tag, scheme)) {
        throw new DatasetError(
          where,
          `expected ${validTags(scheme)}, got ${quoted(tag)}. Set scheme to the file's tagging scheme, or tagColumn to the column of the tags, from 0, or correct the line.`,
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
      sentences++;
      return sentence;
    }
  });
}
