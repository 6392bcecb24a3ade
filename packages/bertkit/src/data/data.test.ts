import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { createHash } from "node:crypto";
import { cp, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { promisify } from "node:util";
import { collect, type Dataset, DatasetError, readParquet, readTfExamples } from "@bertkit/datasets";
import { instanceOfFeatures, type PretrainingInstance } from "@bertkit/pretraining";
import { parquetWriteBuffer } from "hyparquet-writer";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { bundleForNode } from "../__fixtures__/bundle-for-node.ts";
import { runCommandLine } from "../command-line/run-command-line.ts";
import { instanceOfRow } from "./encoded-block.ts";
import type * as blocks from "./encoded-blocks.ts";
import { InstanceMaker } from "./instance-maker.ts";
import { readShards } from "./read-shards.ts";
import { rangeOfShard, shardOfEnvironment } from "./shard-of.ts";

let directory: string;
let vocabularyFacts: unknown;
const path = (...names: string[]): string => join(directory, ...names);

async function run(
  args: string[],
  input: (string | Uint8Array)[] = [],
): Promise<{ status: number; output: string; bytes: Buffer; errors: string }> {
  const written: Buffer[] = [];
  let errors = "";
  const stdin = (async function* () {
    yield* input;
  })();
  const status = await runCommandLine(args, {
    stdin,
    stdout: { write: (data) => void written.push(Buffer.from(data)) },
    stderr: { write: (data) => (errors += data as string) },
  });
  const bytes = Buffer.concat(written);
  return { status, output: bytes.toString(), bytes, errors };
}

/** Small shards and parts, so that little text has many of each. */
const small = ["--config", "small.json"];
const words = "river stone light water cloud morning winter garden silence harbor lantern meadow".split(" ");

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), "bertkit-data-"));
  let state = 1;
  const next = (limit: number): number => (state = (Math.imul(state, 1103515245) + 12345) >>> 0) % limit;
  const sentence = (): string => Array.from({ length: 4 + next(9) }, () => words[next(words.length)]!).join(" ");
  const document = (): string => Array.from({ length: 2 + next(8) }, sentence).join("\n");
  await mkdir(path("corpus"));
  for (const name of ["a", "b"])
    await writeFile(path("corpus", `${name}.txt`), `${Array.from({ length: 60 }, document).join("\n\n")}\n`);
  small[1] = path("small.json");
  await writeFile(
    small[1],
    JSON.stringify({ maxSeqLength: 32, maxPredictions: 5, dupeFactor: 2, shardMegabytes: 0.02 }),
  );
  const vocab = await run(["vocab", path("corpus"), "--size", "80", "--out", path("vocab.txt"), "--json"]);
  vocabularyFacts = JSON.parse(vocab.output);
});
afterAll(() => rm(directory, { recursive: true }));

const settings = () => ({
  tokenizer: path("vocab.txt"),
  maxSequenceLength: 32,
  maxPredictionsPerSequence: 5,
  partBytes: 600,
  groupBytes: 2000,
});

async function made(maker: InstanceMaker, epoch: number, first: number, end: number): Promise<PretrainingInstance[]> {
  const instances: PretrainingInstance[] = [];
  for (let group = first; group < end; group++)
    for await (const block of maker.blocks(epoch, group)) instances.push(...block);
  return instances;
}

it("bertkit vocab trains a vocabulary", async () => {
  expect(vocabularyFacts).toMatchObject({ documents: 120, tokens: 80, lowercase: true });
  const tokens = (await readFile(path("vocab.txt"), "utf8")).trimEnd().split("\n");
  expect([tokens.length, tokens[0], tokens.includes("lantern")]).toEqual([80, "[PAD]", true]);
  const text = await readFile(path("corpus", "a.txt"));
  const filtered = await run(["vocab", "--size", "70"], [text]);
  expect(filtered.output.trimEnd().split("\n")).toHaveLength(70);
});

it("vocab and data do not read what they wrote below the text", async () => {
  await cp(path("corpus"), path("project"), { recursive: true });
  const twice = async (args: string[], written: string): Promise<void> => {
    const found: string[] = [];
    for (const _ of [1, 2]) {
      expect(await run(args)).toMatchObject({ status: 0 });
      found.push(await readFile(written, "utf8"));
    }
    expect(found[1]).toBe(found[0]);
    await rm(written);
  };
  const [vocabulary, made] = [path("project", "vocab.txt"), path("project", "made")];
  await twice(["vocab", path("project"), "--size", "90", "--out", vocabulary], vocabulary);
  const data = ["data", path("project"), ...small, "--tokenizer", path("vocab.txt"), "--out", made];
  await twice(data, join(made, "index.json"));
  const { status, errors } = await run(["vocab", path("corpus", "a.txt"), "--out", path("corpus", "a.txt")]);
  expect([status, errors]).toEqual([1, expect.stringContaining("is both the text and the output. Choose another")]);
});

it.skipIf(process.platform === "win32")("vocab and data read a pipe", async () => {
  await promisify(execFile)("mkfifo", [path("pipe")]);
  const text = await readFile(path("corpus", "a.txt"));
  const piped = async (args: string[]) => (await Promise.all([run(args), writeFile(path("pipe"), text)]))[0];
  const vocabulary = await piped(["vocab", path("pipe"), "--size", "70", "--out", path("piped.txt")]);
  expect([vocabulary.errors, vocabulary.output]).toEqual(["", expect.stringContaining("70 tokens from 60 documents")]);
  const args = [...small, "--tokenizer", path("vocab.txt"), "--json", "--out"];
  const shards = await piped(["data", path("pipe"), ...args, path("piped")]);
  const expected = await run(["data", ...args, path("piped-in")], [text]);
  const { sha256 } = JSON.parse(expected.output) as { sha256: string };
  expect([shards.errors, JSON.parse(shards.output)]).toMatchObject(["", { sha256 }]);
});

describe("InstanceMaker", () => {
  it("parts have the same instances as a single process, and other epochs have others", async () => {
    const maker = await InstanceMaker.open(path("corpus"), settings());
    expect(maker.groups).toBeGreaterThan(8);
    const whole = await made(maker, 0, 0, maker.groups);
    const parts: PretrainingInstance[] = [];
    for (let index = 0; index < 5; index++) {
      const { first, end } = rangeOfShard({ index, count: 5 }, maker.groups);
      parts.push(...(await made(await InstanceMaker.open(path("corpus"), settings()), 0, first, end)));
    }
    expect(parts).toEqual(whole);
    expect(await made(maker, 1, 0, maker.groups)).not.toEqual(whole);
  });

  it("resumes at a block of a packed file", async () => {
    const { gzipSync } = await import("node:zlib");
    await writeFile(path("packed.txt.gz"), gzipSync(await readFile(path("corpus", "a.txt"))));
    const maker = await InstanceMaker.open(path("packed.txt.gz"), settings());
    expect(maker.groups).toBe(1);
    const all = await collect(maker.blocks(0, 0));
    expect(all.length).toBeGreaterThan(2);
    expect(await collect(maker.blocks(0, 0, 2))).toEqual(all.slice(2));
  });
});

describe("bertkit data", () => {
  it("writes shards and reads them in every format", async () => {
    const counts = new Set<number>();
    const read: PretrainingInstance[][] = [];
    for (const form of [[], ["--gzip"], ["--to", "parquet"], ["--to", "jsonl", "--gzip"]]) {
      const out = path(`out-${form.join("")}`);
      const { status, output, errors } = await run([
        "data",
        path("corpus"),
        "--tokenizer",
        path("vocab.txt"),
        ...small,
        ...form,
        "--out",
        out,
        "--json",
      ]);
      expect([status, errors]).toEqual([0, ""]);
      const { instances, shards } = JSON.parse(output) as { instances: number; shards: number };
      expect(shards).toBeGreaterThan(2);
      counts.add(instances);
      expect(await readdir(out)).toHaveLength(shards + 1);
      const dataset = await readShards(out);
      expect(dataset.size).toBe(instances);
      read.push(await dataset.toArray());
    }
    expect(counts.size).toBe(1);
    for (const other of read.slice(1)) expect(other).toEqual(read[0]);
    const examples = await readTfExamples(path("out-", "shard.00000.tfrecord")).toArray();
    expect(instanceOfFeatures(examples[0]!)).toEqual(read[0]![0]);
    const rows = await (await readParquet(path("out---toparquet", "shard.00000.parquet"))).toArray();
    expect(instanceOfRow(rows[0]!)).toEqual(read[0]![0]);
    expect(rows[0]!["labels"]).toHaveLength(read[0]![0]!.inputIds.length);
  });

  it("reads shards in the seed's order, from any position, on any number of ranks", async () => {
    const dataset: Dataset<PretrainingInstance> = await readShards(path("out-"), { seed: 1 });
    const pass = await dataset.toArray();
    const written = await (await readShards(path("out-"))).toArray();
    const sorted = (instances: PretrainingInstance[]): string[] => instances.map((i) => JSON.stringify(i)).toSorted();
    expect(pass).not.toEqual(written);
    expect(sorted(pass)).toEqual(sorted(written));
    expect(await dataset.epoch(1).toArray()).not.toEqual(pass);
    for (const taken of [0, 1, 57, pass.length - 1, pass.length])
      expect(await collect(dataset.read({ epoch: 0, taken }))).toEqual(pass.slice(taken));
    for (const ranks of [2, 3]) {
      const parts = await Promise.all(Array.from({ length: ranks }, (_, rank) => dataset.shard(ranks, rank).toArray()));
      expect(pass.map((_, i) => parts[i % ranks]![Math.floor(i / ranks)])).toEqual(pass);
    }
  });

  it("rejects damaged shards", async () => {
    await mkdir(path("damaged"));
    for (const name of await readdir(path("out-")))
      await writeFile(path("damaged", name), await readFile(path("out-", name)));
    const file = path("damaged", "shard.00001.tfrecord");
    const bytes = await readFile(file);
    bytes[100]! ^= 1;
    await writeFile(file, bytes);
    await expect((await readShards(path("damaged"))).toArray()).rejects.toThrow(
      /shard\.00001\.tfrecord: the file has changed since it was written/,
    );
    await expect((await readShards(path("damaged"), { checksHashes: false })).toArray()).rejects.toThrow(
      /record 0 is damaged/,
    );
    await expect(readShards(path("corpus"))).rejects.toThrow(/neither an index\.json nor a TFRecord file/);
  });

  it(
    "rejects the shards of a process that was killed, until the command has run again",
    { timeout: 120_000 },
    async () => {
      const program = await bundleForNode("test", { cli: "command-line/cli.ts", "data-worker": "data/data-worker.ts" });
      const args = ["data", "--tokenizer", path("vocab.txt"), ...small, "--out", path("killed")];
      const child = spawn(process.execPath, [program, ...args], { stdio: ["pipe", "ignore", "inherit"] });
      const text = await readFile(path("corpus", "a.txt"));
      child.stdin.on("error", () => {}); // the pipe of a killed process is closed
      while (!existsSync(path("killed", "shard.00002.tfrecord"))) {
        expect(child.exitCode).toBeNull();
        if (!child.stdin.write(text)) await once(child.stdin, "drain");
        await new Promise((resolve) => setTimeout(resolve, 5));
      }
      child.kill("SIGKILL");
      await once(child, "close");
      const incomplete =
        /killed: the shards are not complete: bertkit data is still writing them, or was stopped\. Wait/;
      await expect(readShards(path("killed"))).rejects.toThrow(incomplete);
      const trained = ["--vocabulary", path("vocab.txt"), "--backend", "cpu", "--out", path("no-model")];
      expect((await run(["pretrain", path("killed"), ...trained])).errors).toMatch(incomplete);
      // One that fails before its first shard leaves the older ones, which are still incomplete.
      expect((await run(args, [])).errors).toMatch(/nothing to write/);
      await expect(readShards(path("killed"))).rejects.toThrow(incomplete);
      const { status, output } = await run([...args, "--json"], [text]);
      expect(status).toBe(0);
      expect((await readShards(path("killed"))).size).toBe((JSON.parse(output) as { instances: number }).instances);
      expect(existsSync(path("killed", "unfinished"))).toBe(false);
    },
  );

  it("writes to a folder from one process at a time", { timeout: 120_000 }, async () => {
    const program = await bundleForNode("test", { cli: "command-line/cli.ts", "data-worker": "data/data-worker.ts" });
    const args = [
      "data",
      path("corpus"),
      "--tokenizer",
      path("vocab.txt"),
      ...small,
      "--json",
      "--out",
      path("locked"),
    ];
    const child = spawn(process.execPath, [program, "data", ...args.slice(2)], {
      stdio: ["pipe", "ignore", "inherit"],
    });
    const lock = path("locked", "run.lock");
    while (!existsSync(path("locked", "unfinished"))) {
      expect(child.exitCode).toBeNull();
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
    const { status, errors } = await run(args);
    expect([status, errors]).toEqual([2, expect.stringMatching(/locked is in use by process \d+ on .*Wait for it/)]);
    expect(await readdir(path("locked"))).toEqual(["run.lock", "unfinished"]);
    // A part has a folder of its own.
    expect(await run([...args, "--shard", "0/2"])).toMatchObject({ status: 0, errors: "" });
    child.kill("SIGTERM");
    expect(await once(child, "close")).toEqual([null, "SIGTERM"]);
    expect(existsSync(lock)).toBe(false);
    expect(await run(args)).toMatchObject({ status: 0, errors: "" });
    expect((await readdir(path("locked"))).filter((name) => !name.startsWith("shard."))).toEqual([
      "00000-of-00002",
      "index.json",
    ]);
  });

  it("removes the shards of the last run that its index names, when the new ones are complete", async () => {
    const out = path("again");
    const args = ["data", ...small, "--tokenizer", path("vocab.txt"), "--out", out];
    const text = await readFile(path("corpus", "a.txt"));
    expect((await run([...args, "--gzip"], [text])).errors).toBe("");
    const first = (await readdir(out)).sort();
    expect(first.length).toBeGreaterThan(5);
    await writeFile(join(out, "shard.00099.tfrecord"), "not named");
    const index = await readFile(join(out, "index.json"), "utf8");
    // A command that fails before its first shard changes nothing.
    expect((await run(args, [])).status).toBe(1);
    expect([await readFile(join(out, "index.json"), "utf8"), (await readdir(out)).sort()]).toEqual([
      index,
      [...first, "shard.00099.tfrecord"].sort(),
    ]);
    // One that fails later keeps the old shards, and the next one knows them.
    expect((await run([...args, "--group-megabytes", "0.01"], [text, "\n", new Uint8Array([0xff, 10])])).status).toBe(
      1,
    );
    expect(await readdir(out)).toEqual(expect.arrayContaining(first.filter((name) => name !== "index.json")));
    expect((await run([...args, "--shard-megabytes", "64"], [text])).errors).toBe("");
    expect((await readdir(out)).filter((name) => name.endsWith(".gz") || !name.startsWith("shard."))).toEqual([
      "index.json",
    ]);
    expect(existsSync(join(out, "shard.00099.tfrecord"))).toBe(true);
  });

  it("rejects the shards of a command that failed, and leaves nothing of one that wrote none", async () => {
    const args = ["data", "--tokenizer", path("vocab.txt"), ...small, "--out", path("failed")];
    expect((await run(args, [])).errors).toMatch(/nothing to write/);
    expect(existsSync(path("failed"))).toBe(false);
    const text = await readFile(path("corpus", "a.txt"));
    const { status, errors } = await run(
      [...args, "--group-megabytes", "0.01"],
      [text, text, text, new Uint8Array([0x0a, 0xff, 0xfe, 0x0a])],
    );
    expect([status, errors]).toEqual([1, expect.stringContaining("is not UTF-8 text")]);
    expect(existsSync(path("failed", "shard.00000.tfrecord"))).toBe(true);
    await expect(readShards(path("failed"))).rejects.toThrow(/failed: the shards are not complete/);
  });

  it("an error on a worker thread keeps its class, file and cause", async () => {
    const entries = { "encoded-blocks": "data/encoded-blocks.ts", "data-worker": "data/data-worker.ts" };
    const program = await bundleForNode("encoded-blocks", entries);
    const { encodedBlocks } = (await import(pathToFileURL(program).href)) as typeof blocks;
    const start = { sources: [path("missing.txt")], settings: { tokenizer: path("vocab.txt") } };
    const error: unknown = await encodedBlocks(start as never, { first: 0, end: 1 }, 1)
      .next()
      .catch((caught: unknown) => caught);
    expect(DatasetError.isInstance(error)).toBe(true);
    expect(error).toMatchObject({ file: path("missing.txt"), cause: { code: "ENOENT" } });
  });

  it("creates the same instances on worker threads, in parts and as a whole", { timeout: 120_000 }, async () => {
    // Enough text for several groups.
    const text = await readFile(path("corpus", "a.txt"), "utf8");
    await writeFile(path("large.txt"), Array.from({ length: 30 }, (_, i) => `number ${i}\n\n${text}`).join("\n\n"));
    const config = { tokenizer: path("vocab.txt"), maxSeqLength: 64, dupeFactor: 1, shardMegabytes: 0.3 };
    await writeFile(path("grouped.json"), JSON.stringify({ ...config, groupMegabytes: 0.1 }));
    const args = (out: string) => [
      "data",
      path("large.txt"),
      "--config",
      path("grouped.json"),
      "--out",
      path(out),
      "--json",
    ];
    const alone = JSON.parse((await run(args("alone"))).output) as { instances: number; sha256: string };
    // A real process: only the built program finds the worker's script.
    const program = await bundleForNode("test", {
      cli: "command-line/cli.ts",
      "data-worker": "data/data-worker.ts",
    });
    const { stdout } = await promisify(execFile)(process.execPath, [program, ...args("threads"), "--workers", "2"]);
    expect(JSON.parse(stdout)).toMatchObject({ instances: alone.instances, sha256: alone.sha256 });
    for (const name of await readdir(path("alone")))
      expect((await readFile(path("threads", name))).equals(await readFile(path("alone", name)))).toBe(true);
    let instances = 0;
    for (const part of ["2/3", "0/3", "1/3"]) {
      const made = JSON.parse((await run([...args("parts"), "--shard", part])).output) as { instances: number };
      expect(made.instances).toBeGreaterThan(0);
      instances += made.instances;
    }
    expect(instances).toBe(alone.instances);
    const merged = await run(["data", "--merge", "--out", path("parts"), "--json"]);
    expect(JSON.parse(merged.output)).toMatchObject({ parts: 3, instances });
    const hash = createHash("sha256");
    const index = JSON.parse(await readFile(path("parts", "index.json"), "utf8")) as {
      shards: { raw_data: { basename: string } }[];
    };
    for (const { raw_data } of index.shards) hash.update(await readFile(path("parts", raw_data.basename)));
    expect(hash.digest("hex")).toBe(alone.sha256);
    expect((await readShards(path("parts"))).size).toBe(instances);
  });

  it("merges only parts of the same settings, text and vocabulary", async () => {
    const args = (text: string, out: string, shard: string, ...other: string[]) => {
      const files = [path(text), "--tokenizer", path("vocab.txt"), "--out", path(out), "--shard", shard];
      return run(["data", ...files, "--group-megabytes", "0.005", "--max-seq-length", "32", ...other]);
    };
    const merge = (out: string) => run(["data", "--merge", "--out", path(out)]);
    expect((await args("corpus", "unlike", "0/2")).status).toBe(0);
    // The same, in other words and in another folder.
    await mkdir(path("moved"));
    for (const name of ["a.txt", "b.txt"]) await writeFile(path("moved", name), await readFile(path("corpus", name)));
    const defaults = ["--seed", "12345", "--masking", "token", "--gzip"];
    expect((await args("moved", "unlike", "1/2", ...defaults)).status).toBe(0);
    expect(await merge("unlike")).toMatchObject({ status: 0, errors: "" });
    const others: [string[], RegExp][] = [
      [["--group-megabytes", "0.004"], /00001-of-00002 was made with another groupMegabytes than 00000-of-00002/],
      [["--max-seq-length", "24", "--to", "jsonl"], /another to than 00000-of-00002: "jsonl", not "tfrecord"/],
      [["--max-seq-length", "24"], /another maxSeqLength than 00000-of-00002: 24, not 32\. Make one of them again/],
      [["--seed", "1"], /another seed than/],
    ];
    for (const [other, message] of others) {
      expect((await args("corpus", "unlike", "1/2", ...other)).status).toBe(0);
      const { status, errors } = await merge("unlike");
      expect([status, errors]).toEqual([1, expect.stringMatching(message)]);
    }
    expect((await args("corpus/a.txt", "unlike", "1/2")).status).toBe(0);
    expect((await merge("unlike")).errors).toMatch(/another text than/);
    // A part of an older version says less.
    const index = path("unlike", "00001-of-00002", "index.json");
    const { settings: _, ...older } = JSON.parse(await readFile(index, "utf8")) as Record<string, unknown>;
    await writeFile(index, JSON.stringify(older));
    expect(await merge("unlike")).toMatchObject({ status: 0, errors: "" });
    await writeFile(index, JSON.stringify(older).replaceAll('"max_seq_length":32', '"max_seq_length":16'));
    expect((await merge("unlike")).errors).toMatch(/another maxSeqLength than 00000-of-00002: 16, not 32/);
  });

  it("reads standard input and writes to standard output", async () => {
    const text = await readFile(path("corpus", "a.txt"));
    const args = ["data", "--tokenizer", path("vocab.txt"), ...small];
    const lines = (await run(args, [text])).output.trimEnd().split("\n");
    const records = await run([...args, "--to", "tfrecord"], [text.subarray(0, 100), text.subarray(100)]);
    const examples = await readTfExamples(new Uint8Array(records.bytes)).toArray();
    expect((await run([...args, "--no-gzip", "--workers", "0"], [text])).output.trimEnd().split("\n")).toEqual(lines);
    expect(examples.map(instanceOfFeatures)).toEqual(lines.map((line) => instanceOfRow(JSON.parse(line) as never)));
    expect(lines.length).toBeGreaterThan(100);
  });

  it.each([
    [["data", "x.txt"], /data needs --tokenizer PATH/],
    [
      ["data", "x.txt", "--tokenizer", "v", "--masking", "words"],
      /--masking must be one of token, whole-word, ngram, span, got "words"/,
    ],
    [["data", "x.txt", "--tokenizer", "v", "--masked-lm-prob", "2"], /must be a number from 0 to 1, got "2"/],
    [
      ["data", "x.txt", "--tokenizer", "v", "--out", "o", "--shard", "3/3"],
      /--shard must be a whole number from 0 and below/,
    ],
    [["data", "x.txt", "--tokenizer", "v", "--shard", "0/3"], /--shard needs TEXT and --out FOLDER: parts are/],
    [["data", "--tokenizer", "v", "--out", "o", "--shard", "0/3"], /--shard needs TEXT and --out FOLDER: parts are/],
    [["data", "x.txt", "--tokenizer", "v", "--gzip"], /--gzip needs --out FOLDER/],
    [["data", "x.txt", "--tokenizer", "v", "--shard-megabytes", "2"], /--shard-megabytes needs --out FOLDER/],
    [["data", "x.txt", "--tokenizer", "v", "--workers", "2"], /--workers needs --out FOLDER/],
    [["data", "x.txt", "--tokenizer", "v", "--json"], /--json needs --out FOLDER/],
    [["data", "--tokenizer", "v", "--out", "o", "--workers", "2"], /--workers needs TEXT: standard input is read/],
    [["data", "--colour"], /Unknown option '--colour'/],
    [["data", "--merge"], /data --merge needs --out FOLDER/],
    [
      ["data", "--merge", "--out", "o", "--tokenizer", "v", "--seed", "0"],
      /--tokenizer has no effect with --merge, which only writes the index .*\. Leave it out/,
    ],
    [
      ["data", "x.txt", "--tokenizer", "v", "--longest-gram", "4"],
      /--longest-gram has no effect with --masking token\. Leave it out, or choose --masking ngram or span/,
    ],
    [
      ["data", "x.txt", "--tokenizer", "v", "--longest-gram", "4", "--masking", "whole-word"],
      /--longest-gram has no effect with --masking whole-word/,
    ],
    [["data", "x.txt", "--tokenizer", "v", "--replace", "gram"], /--replace has no effect with --masking token/],
    [
      ["data", "--tokenizer", "v", "--language", "de"],
      /--language has no effect on text with a sentence per line\. Leave it out, or choose --layout prose or lines/,
    ],
    [["data", "--tokenizer", "v", "--field", "body"], /--field has no effect on plain text/],
    [
      ["data", "--tokenizer", "v", "--format", "jsonl", "--layout", "prose"],
      /--layout has no effect on jsonl\. Leave it out, or choose --format text/,
    ],
    [
      ["data", "--tokenizer", "v", "--format", "tfrecord", "--encoding", "latin1"],
      /--encoding has no effect on tfrecord/,
    ],
    [["vocab", "x.txt", "--json"], /--json needs --out FILE/],
    [["vocab", "--config", "/nowhere.json"], /\/nowhere\.json cannot be read/],
  ])("rejects %j", async (args, message) => {
    const { status, output, errors } = await run(args);
    expect([status, output]).toEqual([2, ""]);
    expect(errors).toMatch(message);
  });

  it("splits the text of standard input in a language, where it is prose or JSON Lines", async () => {
    const args = ["data", "--tokenizer", path("vocab.txt"), ...small, "--language", "de"];
    const text = await readFile(path("corpus", "a.txt"), "utf8");
    const rows = `${JSON.stringify({ body: text })}\n`;
    expect((await run([...args, "--layout", "prose"], [text])).errors).toBe("");
    expect((await run([...args, "--format", "jsonl", "--field", "body"], [rows])).errors).toBe("");
  });

  it("reads Parquet from standard input", async () => {
    const texts = (await readFile(path("corpus", "a.txt"), "utf8")).split("\n\n");
    const columnData = [{ name: "body", data: texts, type: "STRING" as const }];
    const file = new Uint8Array(parquetWriteBuffer({ columnData, rowGroupSize: 20 }));
    await writeFile(path("texts.parquet"), file);
    const args = ["data", "--tokenizer", path("vocab.txt"), ...small, "--field", "body", "--format", "parquet"];
    const { output, errors } = await run(args, [file.subarray(0, 50), file.subarray(50)]);
    expect(errors).toBe("");
    expect(output).toBe((await run([...args, path("texts.parquet")])).output);
    const vocab = await run(["vocab", "--size", "70", "--format", "parquet", "--field", "body"], [file]);
    expect([vocab.errors, vocab.output.trimEnd().split("\n").length]).toEqual(["", 70]);
  });

  it("does not print all instances in each task of an array", async () => {
    const text = path("corpus", "a.txt");
    const args = ["data", "--tokenizer", path("vocab.txt"), ...small];
    const alone = await run([...args, text]);
    try {
      vi.stubEnv("SLURM_ARRAY_TASK_ID", "3");
      vi.stubEnv("SLURM_ARRAY_TASK_COUNT", "8");
      expect(await run([...args, text])).toMatchObject({
        status: 2,
        output: "",
        errors: expect.stringMatching(
          /select part 3\/8, which needs --out FOLDER: .* Give --out, or the text on standard/,
        ),
      });
      expect((await run(args, [await readFile(text)])).output).toBe(alone.output);
      vi.stubEnv("SLURM_ARRAY_TASK_ID", "0");
      vi.stubEnv("SLURM_ARRAY_TASK_COUNT", "1");
      expect((await run([...args, text])).output).toBe(alone.output);
    } finally {
      vi.unstubAllEnvs();
    }
  });

  it("rejects a config with a misspelled option, and has help", async () => {
    await writeFile(path("wrong.json"), JSON.stringify({ maxSeqLenght: 3 }));
    expect((await run(["data", "--config", path("wrong.json")])).errors).toMatch(
      /no option is called "maxSeqLenght"\. Did you mean "maxSeqLength"\? Use tokenizer, out/,
    );
    const { output } = await run(["data", "--help"]);
    for (const word of ["--shard I/N", "Parquet that Hugging Face's datasets reads", "--config FILE"])
      expect(output).toContain(word);
    expect((await run(["vocab", "--help"])).output).toContain("bertkit vocab corpus/ --out vocab.txt");
  });
});

it("reads the shard from the environment", () => {
  expect(shardOfEnvironment({})).toBeUndefined();
  expect(
    shardOfEnvironment({
      SLURM_ARRAY_TASK_ID: "7",
      SLURM_ARRAY_TASK_COUNT: "4",
      SLURM_ARRAY_TASK_MIN: "1",
      SLURM_ARRAY_TASK_STEP: "2",
    }),
  ).toEqual({ index: 3, count: 4 });
  expect(shardOfEnvironment({ JOB_COMPLETION_INDEX: "0", JOB_COMPLETIONS: "2" })).toEqual({ index: 0, count: 2 });
  expect(() => shardOfEnvironment({ JOB_COMPLETION_INDEX: "0" })).toThrow(/JOB_COMPLETIONS is not/);
  expect(() => shardOfEnvironment({ JOB_COMPLETION_INDEX: "2", JOB_COMPLETIONS: "2" })).toThrow(
    /below the number of shards, got 2 of 2/,
  );
});
