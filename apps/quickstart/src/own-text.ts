import { readdir, readFile, stat } from "node:fs/promises";
import { extname, join } from "node:path";
import { splitSentences } from "@bertkit/datasets";

import type { Corpus, MaskedSentence } from "./corpus.ts";
import { UsageError } from "./options.ts";

const endings: readonly string[] = [".txt", ".md"];
/** A longer file becomes several documents, from which random next sentences are drawn. */
const sentencesInDocument = 200;
const heldOutFraction = 0.1;
/** Minimum text for training and evaluation. */
const minSentences = 500;
const minWords = 5000;

/** Reads .txt and .md files, also in folders at any depth. The last tenth of the sentences is held out. */
export async function readOwnText(paths: readonly string[]): Promise<Corpus> {
  const files = (await Promise.all(paths.map(textFiles))).flat();
  if (files.length === 0)
    throw new UsageError(
      `--text: there is no .txt or .md file in ${paths.join(", ")}. Name files, or a folder that has some.`,
    );
  const documents: string[][] = [];
  for (const file of files) {
    const sentences = sentencesOf(await readText(file), extname(file));
    for (let i = 0; i < sentences.length; i += sentencesInDocument)
      documents.push(sentences.slice(i, i + sentencesInDocument));
  }
  const sentences = documents.reduce((total, document) => total + document.length, 0);
  const words = documents.flat().reduce((total, sentence) => total + sentence.split(/\s+/).length, 0);
  if (sentences < minSentences || words < minWords)
    throw new UsageError(
      `--text: ${files.length} file${files.length === 1 ? " has" : "s have"} ${sentences} sentences and ${words} words, too little to pretrain on. Give at least ${minSentences} sentences and ${minWords} words; a few hundred thousand words show what pretraining does.`,
    );
  const { training, heldOut } = holdOut(documents, sentences);
  return {
    name: files.length === 1 ? "documents of 1 file" : `documents of ${files.length} files`,
    documents: documents.length,
    training,
    heldOut,
    heldOutName: `the last ${(100 * heldOutFraction).toFixed(0)} % of the sentences`,
    toFill: maskSome(heldOut.flat()),
  };
}

async function textFiles(path: string): Promise<string[]> {
  const found = await stat(path).catch(() => undefined);
  if (found === undefined) throw new UsageError(`--text: there is no file or folder ${path}. Check the path.`);
  if (found.isDirectory()) {
    const entries = (await readdir(path, { withFileTypes: true })).filter(({ name }) => !isLeftOut(name));
    entries.sort((a, b) => (a.name < b.name ? -1 : 1));
    const inside = await Promise.all(
      entries.map((entry) => {
        if (entry.isDirectory()) return textFiles(join(path, entry.name));
        return entry.isFile() && isText(entry.name) ? [join(path, entry.name)] : [];
      }),
    );
    return inside.flat();
  }
  if (!isText(path)) throw new UsageError(`--text: ${path} is not a .txt or .md file. Convert it to plain text first.`);
  return [path];
}

function isText(file: string): boolean {
  return endings.includes(extname(file).toLowerCase());
}

/** Whether to skip a folder: hidden folders and node_modules. */
function isLeftOut(name: string): boolean {
  return name.startsWith(".") || name === "node_modules";
}

async function readText(file: string): Promise<string> {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(await readFile(file));
  } catch (error) {
    const why = error instanceof TypeError ? "it is not UTF-8 text; convert it" : (error as Error).message;
    throw new UsageError(`--text: ${file} cannot be read: ${why}.`);
  }
}

/** Splits by paragraphs first, so that a heading is a separate sentence. */
function sentencesOf(text: string, ending: string): string[] {
  const plain = ending.toLowerCase() === ".md" ? withoutMarkup(text) : text;
  return plain
    .split(/\r?\n\s*\r?\n/)
    .flatMap((paragraph) => splitSentences(paragraph.replace(/\s+/g, " ").trim()))
    .filter((sentence) => /\p{L}/u.test(sentence));
}

/** The approximate text of Markdown, without code, link targets and markup. */
function withoutMarkup(text: string): string {
  return text
    .replace(/^(```|~~~)[\s\S]*?^\1.*$/gm, "\n")
    .replace(/<[^>]{0,500}>/g, " ")
    .replace(/!?\[([^\]]{0,500})\]\([^)]{0,500}\)/g, "$1")
    .replace(/^[^\S\r\n\u2028\u2029]*(#+|[-*+>]|\d+\.)\s+(.*)$/gm, "\n$2\n")
    .replace(/[*_`|]+/g, " ");
}

/** Splits off the held-out fraction of the sentences, inside a document if necessary. */
function holdOut(documents: string[][], sentences: number): Pick<Corpus, "training" | "heldOut"> {
  let left = Math.floor(sentences * (1 - heldOutFraction));
  const training: string[][] = [];
  const heldOut: string[][] = [];
  for (const document of documents) {
    const kept = Math.min(left, document.length);
    left -= kept;
    if (kept > 0) training.push(document.slice(0, kept));
    if (kept < document.length) heldOut.push(document.slice(kept));
  }
  return { training, heldOut };
}

/** Five sentences spread over the text, each with one masked word. */
function maskSome(sentences: readonly string[]): MaskedSentence[] {
  const fitting = sentences.filter((sentence) => {
    const { length } = sentence.split(" ");
    return length >= 6 && length <= 20;
  });
  return Array.from({ length: Math.min(5, fitting.length) }, (_, i) => {
    const sentence = fitting[Math.floor((i * fitting.length) / 5)]!;
    const words = [...sentence.matchAll(/\p{L}+/gu)].filter(({ index }) => index > 0);
    const { 0: answer, index } = words[Math.floor(words.length / 2)] ?? { 0: "", index: sentence.length };
    return { sentence: `${sentence.slice(0, index)}[MASK]${sentence.slice(index + answer.length)}`, answer };
  });
}
