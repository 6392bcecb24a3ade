import { mkdir, rename, writeFile } from "node:fs/promises";
import { dirname } from "node:path";
import { readCorpus } from "@bertkit/datasets";
import { escapeControls } from "@bertkit/nn";
import { trainWordPiece } from "@bertkit/tokenizer/training";
import type { Command } from "./command.ts";
import { readSettings, type Setting, settingsHelp } from "./command-settings.ts";
import { corpusOptionsOf } from "./corpus-options.ts";
import { corpusSettings } from "./corpus-settings.ts";
import { UsageError } from "./usage-error.ts";

const settings: readonly Setting[] = [
  { name: "out", kind: "text", value: "FILE", help: "where to write vocab.txt (default: standard output)" },
  { name: "size", kind: "whole", help: "tokens, special ones included (default 30522, BERT-base's)" },
  { name: "min-frequency", kind: "whole", help: "how often a pair must occur to become a token (default 2)" },
  { name: "limit-alphabet", kind: "whole", help: "most different characters (default 1000; more for Chinese)" },
  { name: "cased", kind: "flag", help: "keep capitals and accents" },
  ...corpusSettings,
  { name: "json", kind: "flag", help: "say what was done as one JSON object" },
];

export const vocabCommand: Command = {
  name: "vocab",
  operands: "TEXT... --out vocab.txt",
  summary: "trains a WordPiece vocabulary from files or folders of text",
  help: `bertkit vocab: trains a WordPiece vocabulary from text of any size

  bertkit vocab corpus/ --out vocab.txt
      from all .txt, .jsonl, .parquet and .tfrecord files of a folder, also packed with gzip
  bertkit vocab wiki.jsonl.gz --field text --size 32000 --cased --out vocab.txt
      a cased one from the "text" of each line
  zcat corpus.txt.gz | bertkit vocab --size 8000 > vocab.txt
      a small one from standard input
  bertkit vocab zh/ --limit-alphabet 8000 --out vocab.txt
      for a language with many characters

Memory grows with the number of different words, not with the text. The same text gives the same
vocabulary. The result is what bertkit data --tokenizer and Hugging Face's BertTokenizer read.

Options
${settingsHelp(settings)}`,
  run: async (args, { stdin, stdout, stderr }) => {
    const { values, operands } = await readSettings(args, settings);
    const { out, json = false } = values;
    if (json && out === undefined)
      throw new UsageError("--json needs --out FILE, for the vocabulary goes to standard output");
    const corpus = await readCorpus(operands.length > 0 ? operands : [stdin], corpusOptionsOf(values));
    let documents = 0;
    let units = 0;
    const texts = async function* (): AsyncGenerator<string, void, undefined> {
      for await (const document of corpus.read(corpus.parts)) {
        documents++;
        for (const sentence of document) units += sentence.length;
        yield document.join("\n");
      }
    };
    const lowercase = values["cased"] !== true;
    let shown = 0;
    const vocabulary = await trainWordPiece(texts(), {
      vocabularySize: (values["size"] as number | undefined) ?? 30522,
      minFrequency: (values["minFrequency"] as number | undefined) ?? 2,
      limitAlphabet: (values["limitAlphabet"] as number | undefined) ?? 1000,
      lowercase,
      onProgress: (progress) => {
        if (progress.phase !== "counting" || progress.texts - shown < 100_000) return;
        shown = progress.texts;
        stderr.write(
          `${progress.texts.toLocaleString("en-US")} documents, ${progress.words.toLocaleString("en-US")} different words\n`,
        );
      },
    });
    const text = vocabulary.tokens.map((token) => `${token}\n`).join("");
    if (typeof out !== "string") return void stdout.write(text);
    await mkdir(dirname(out), { recursive: true });
    await writeFile(`${out}.writing`, text);
    await rename(`${out}.writing`, out);
    const facts = { file: out, tokens: vocabulary.size, documents, characters: units, lowercase };
    stdout.write(
      json
        ? `${escapeControls(JSON.stringify(facts))}\n`
        : `${escapeControls(out)}: ${vocabulary.size} tokens from ${documents.toLocaleString("en-US")} documents\n`,
    );
  },
};
