import { readCorpus } from "@bertkit/datasets";
import { escapeControls } from "@bertkit/nn";
import { trainWordPiece } from "@bertkit/tokenizer/training";
import { textOutside } from "../data/text-outside.ts";
import type { Command } from "./command.ts";
import { unsplitCorpus, unsplitCorpusOptions } from "./options/corpus-options.ts";
import { countOption, flag, textOption } from "./options/option.ts";
import { configOption, parseOptionsAndFile } from "./options/options-file.ts";
import { optionsHelp } from "./options/options-help.ts";
import { requireFileName, writeOutput } from "./output-file.ts";
import { UsageError } from "./usage-error.ts";

const options = {
  out: textOption("FILE", "where to write vocab.txt (default: standard output)"),
  size: countOption("tokens, special tokens included (default 30522, as BERT-base)"),
  minFrequency: countOption("how often a pair must occur to become a token (default 2)"),
  limitAlphabet: countOption("maximum number of different characters (default 1000; more for Chinese)"),
  cased: flag("keep case and accents"),
  ...unsplitCorpusOptions,
  json: flag("print the result as one JSON object"),
};

export const vocabCommand: Command = {
  name: "vocab",
  operands: "TEXT... --out vocab.txt",
  summary: "trains a WordPiece vocabulary from files or folders of text",
  help: `bertkit vocab: trains a WordPiece vocabulary from text of any size

  bertkit vocab corpus/ --out vocab.txt
      from all .txt, .md, .jsonl, .parquet and .tfrecord files of a folder, also with .gz
  bertkit vocab wiki.jsonl.gz --field text --size 32000 --cased --out vocab.txt
      a cased one from the "text" of each line
  zcat corpus.txt.gz | bertkit vocab --size 8000 > vocab.txt
      a small one from standard input
  bertkit vocab zh/ --limit-alphabet 8000 --out vocab.txt
      for a language with many characters

Memory grows with the number of different words, not with the amount of text. The same text gives the
same vocabulary. bertkit data --tokenizer and Hugging Face's BertTokenizer read the result.

Options
${optionsHelp({ ...options, config: configOption })}`,
  run: async (args, { stdin, stdout, stderr }) => {
    const { values, operands } = await parseOptionsAndFile(args, options);
    const { out, size = 30522, minFrequency = 2, limitAlphabet = 1000, cased = false, json = false } = values;
    if (json && out === undefined)
      throw new UsageError("--json needs --out FILE, because the vocabulary goes to standard output");
    requireFileName(out);
    const settings = unsplitCorpus(values);
    const sources = out === undefined ? operands : await textOutside(operands, out, settings);
    const corpus = await readCorpus(operands.length > 0 ? sources : [stdin], settings);
    let documents = 0;
    let units = 0;
    const texts = async function* (): AsyncGenerator<string, void, undefined> {
      for await (const document of corpus.read(corpus.parts)) {
        documents++;
        for (const sentence of document) units += sentence.length;
        yield document.join("\n");
      }
      if (units === 0) throw new Error("the files have no text. Check --layout and --field.");
    };
    const lowercase = !cased;
    let shown = 0;
    const vocabulary = await trainWordPiece(texts(), {
      vocabularySize: size,
      minFrequency,
      limitAlphabet,
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
    if (out === undefined) return void stdout.write(text);
    await writeOutput(out, text, stdout);
    const facts = { file: out, tokens: vocabulary.size, documents, characters: units, lowercase };
    stdout.write(
      json
        ? `${escapeControls(JSON.stringify(facts))}\n`
        : `${escapeControls(out)}: ${vocabulary.size} tokens from ${documents.toLocaleString("en-US")} ${documents === 1 ? "document" : "documents"}\n`,
    );
  },
};
