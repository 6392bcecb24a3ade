import { copyFile, mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { existsSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { useBackend } from "@bertkit/backend";
import { readCorpus } from "@bertkit/datasets";
import { Rng } from "@bertkit/nn";
import type { PretrainingBatch } from "@bertkit/pretraining";
import { LossScaler } from "@bertkit/training";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { runCommandLine } from "../command-line/run-command-line.ts";
import { InstanceMaker } from "../data/instance-maker.ts";
import { openTokenizer } from "../data/open-tokenizer.ts";
import { openPretrainingSource } from "./open-pretraining-source.ts";
import { pretrain } from "./pretrain.ts";
import type { PretrainOptions } from "./pretrain-options.ts";
import type { PretrainSettings } from "./pretrain-settings.ts";
import { skipInstances } from "./skip-instances.ts";
import { pretrainSettings } from "./settings-of-recipe.ts";

let directory: string;
const path = (...names: string[]): string => join(directory, ...names);

async function run(...args: string[]): Promise<string> {
  let [output, errors] = ["", ""];
  const status = await runCommandLine(args, {
    stdin: (async function* () {})(),
    stdout: { write: (text) => (output += text) },
    stderr: { write: (text) => (errors += text) },
  });
  expect(status, errors).toBe(0);
  return output;
}

/** About 2.7 MiB: 21 parts of text, of which one is held out. */
beforeAll(async () => {
  await useBackend("node");
  directory = await mkdtemp(join(tmpdir(), "bertkit-pretrain-sources-"));
  const rng = new Rng(5);
  const words = Array.from({ length: 300 }, () =>
    Array.from({ length: rng.integer(2, 9) }, () => "aeioudnrst"[rng.integer(0, 9)]).join(""),
  );
  const sentence = (): string => Array.from({ length: rng.integer(4, 12) }, () => words[rng.integer(0, 299)]).join(" ");
  const document = (): string => Array.from({ length: rng.integer(3, 20) }, sentence).join("\n");
  const documents = (count: number): string => Array.from({ length: count }, document).join("\n\n");
  await writeFile(path("large.txt"), documents(4600));
  await writeFile(path("small.txt"), documents(120));
  await run("vocab", path("small.txt"), "--size", "300", "--out", path("vocab.txt"));
  await mkdir(path("vocabulary"));
  await copyFile(path("vocab.txt"), path("vocabulary", "vocab.txt"));
  const data = ["data", path("small.txt"), "--tokenizer", path("vocab.txt"), "--shard-megabytes", "0.02"];
  for (const length of ["16", "32"])
    await run(...data, "--dupe-factor", "1", "--max-seq-length", length, "--out", path(`shards-${length}`));
});
afterAll(() => rm(directory, { recursive: true }));

const own: Partial<PretrainSettings> = { sequenceLength: 16, batchSize: 8, steps: 40, vocabularySize: 300, seed: 7 };

/** A quarter of 42 steps, a stage of the rate, is not a whole number of batches. */
const rising: Partial<PretrainSettings> = { steps: 42, maskedLmProbability: 0.15, finalMaskedLmProbability: 0.5 };

const cases: Record<string, { text: string[]; settings: Partial<PretrainSettings> }> = {
  "a streamed corpus": { text: ["large.txt"], settings: { streamFrom: 1 } },
  "a streamed corpus, with long steps": {
    text: ["large.txt"],
    settings: { streamFrom: 1, longFraction: 0.5, longSequenceLength: 32, maskedLmProbability: 0.15 },
  },
  "packed documents": {
    text: ["small.txt"],
    settings: { packing: true, nextSentence: false, sequenceLength: 64, batchSize: 4 },
  },
  shards: { text: ["shards-16"], settings: {} },
  "shards of two lengths": {
    text: ["shards-16", "shards-32"],
    settings: { longFraction: 0.5, longSequenceLength: 32, wholeWordMasking: true },
  },
  "shards, masked again": { text: ["shards-16"], settings: { maskAgain: true } },
  "shards, masked at a rate that rises within batches": {
    text: ["shards-16"],
    settings: { maskAgain: true, ...rising },
  },
  "text in memory, masked at a rate that rises within batches": { text: ["small.txt"], settings: rising },
  "a streamed corpus, masked at a rate that rises within batches": {
    text: ["large.txt"],
    settings: { streamFrom: 1, ...rising },
  },
  "text in memory": { text: ["small.txt"], settings: { longFraction: 0.5, longSequenceLength: 32 } },
};

async function openCase(name: string) {
  const { text, settings } = cases[name]!;
  const tokenizer = await openTokenizer(path("vocab.txt"));
  const all = pretrainSettings("minutes", { ...own, ...settings });
  const options = { text: text.map((one) => path(one)), out: "unused", tokenizer };
  return (await openPretrainingSource(options, all)).source;
}

const bytesOf = (batch: PretrainingBatch): string =>
  [batch.shape, batch.inputIds, batch.maskedPositions, batch.maskedIds, batch.nextSentenceLabels].map(String).join(" ");

describe("a source", () => {
  it.each(Object.keys(cases))("resumes at any step with the same batches: %s", async (name) => {
    const whole = await openCase(name);
    const batches: string[] = [];
    const positions: (readonly number[] | undefined)[] = [undefined];
    for await (const batch of whole.batches(0, undefined)) {
      batches.push(bytesOf(batch));
      positions.push(JSON.parse(JSON.stringify(whole.position ?? null)) ?? undefined);
    }
    const { steps = 40 } = cases[name]!.settings;
    expect(batches).toHaveLength(steps);
    expect(new Set(batches).size).toBe(steps);
    for (const from of [13, 20, 21]) {
      const rest = await openCase(name);
      expect(rest.fingerprint).toBe(whole.fingerprint);
      const found: string[] = [];
      for await (const batch of rest.batches(from, positions[from])) found.push(bytesOf(batch));
      expect(found, `from step ${from}`).toEqual(batches.slice(from));
    }
    if (name !== "packed documents") expect(whole.heldOut.length).toBeGreaterThan(0); // its text has only one part
    expect(whole.heldOut).toEqual((await openCase(name)).heldOut);
  });

  it("stops and reports while it makes the instances of earlier steps again", async () => {
    const source = await openCase("text in memory");
    const stop = new AbortController();
    setTimeout(() => stop.abort(), 0);
    let batches = 0;
    for await (const _ of source.batches(19, undefined, { signal: stop.signal })) batches++;
    expect(batches).toBe(0);
    const reports: number[] = [];
    const onProgress = (skipped: number): void => void reports.push(skipped);
    expect(await skipInstances([].values(), 2500, { onProgress, reportEvery: 0 })).toBe(true);
    expect(reports).toEqual([0, 1024, 2048]);
  });

  it("packs rows without padding", async () => {
    let [tokens, rows] = [0, 0];
    for await (const { attentionMask, sequenceIds, maskedWeights } of (await openCase("packed documents")).batches(
      0,
      undefined,
    )) {
      tokens += attentionMask.reduce((sum, one) => sum + one, 0);
      rows += 4;
      expect(Math.max(...sequenceIds!)).toBeGreaterThan(0);
      expect(maskedWeights.reduce((sum, one) => sum + one, 0) / (4 * 64)).toBeGreaterThan(0.1);
    }
    expect(tokens / (rows * 64)).toBeGreaterThan(0.97);
  });

  it("reads each instance of the shards once in a pass, except for held-out ones", async () => {
    const source = await openCase("shards");
    const held = new Set(source.heldOut.map(({ inputIds }) => inputIds.join()));
    const count = (await openCase("shards")).summary.match(/^([\d,]+) instances of 16 tokens/)![1]!;
    const rows: string[] = [];
    for await (const { inputIds, shape } of source.batches(0, undefined))
      for (let row = 0; row < shape[0]; row++) rows.push(inputIds.subarray(row * 16, (row + 1) * 16).join());
    expect(Number(count.replace(",", ""))).toBeGreaterThan(rows.length); // less than a pass
    expect(rows.filter((row) => held.has(row.replace(/(,0)+$/, "")))).toEqual([]);
    expect(new Set(rows).size).toBe(rows.length);
  });
});

/** Overflows after each second update, as gradients do in float16. */
class EveryThird extends LossScaler {
  override accepts(finite: boolean): boolean {
    return super.accepts(finite && this.state().updates < 2);
  }
}

describe("pretrain", () => {
  it.each(["a streamed corpus", "shards of two lengths"])(
    "stopped and resumed, ends with the same bits: %s",
    async (name) => {
      const { text, settings } = cases[name]!;
      const tokenizer = await openTokenizer(path("vocab.txt"));
      const options: Omit<PretrainOptions, "out"> = {
        text: text.map((one) => path(one)),
        settings: { ...own, ...settings, steps: 9, evaluateEvery: 6, keepBest: 1, dropout: 0.1 },
        tokenizer,
        tensorBoard: true,
      };
      const whole = await pretrain({ ...options, out: path(name, "whole") });
      const stop = new AbortController();
      const part = await pretrain({
        ...options,
        out: path(name, "part"),
        signal: stop.signal,
        onStep: ({ step }) => void (step === 7 && stop.abort()),
      });
      expect([part.done, part.step]).toEqual([false, 7]);
      await expect(pretrain({ ...options, out: path(name, "part"), layout: "lines" })).rejects.toThrow(
        'layout was "sentences", now it is "lines"',
      );
      const rest = await pretrain({ ...options, out: path(name, "part") });
      expect(rest.done).toBe(true);
      const weights = (run: string): Promise<Buffer> => readFile(path(name, run, "model.safetensors"));
      expect((await weights("part")).equals(await weights("whole"))).toBe(true);
      // A graph that has run often is compiled differently: the last digits of a mean over hundreds may differ.
      const losses = (evaluations: typeof rest.evaluations): number[] => evaluations.map(({ loss }) => loss);
      expect(losses(rest.evaluations)).toBeAllClose(losses(whole.evaluations), { absolute: 1e-6, relative: 0 });
    },
  );

  it.each(["a streamed corpus", "shards of two lengths"])(
    "with a loss scaler, a skipped step uses its batch, and a resumed run skips the same: %s",
    async (name) => {
      const { text, settings } = cases[name]!;
      const options: Omit<PretrainOptions, "out"> = {
        text: text.map((one) => path(one)),
        settings: { ...own, ...settings, steps: 9, evaluateEvery: 0 },
        tokenizer: await openTokenizer(path("vocab.txt")),
      };
      const folder = (run: string): string => path(`${name}, scaled`, run);
      const scaler = new EveryThird();
      const whole = await pretrain({ ...options, out: folder("whole"), lossScaler: scaler });
      expect([whole.done, whole.step, scaler.skipped, scaler.scale]).toEqual([true, 6, 3, 2 ** 13]);
      const weights = (run: string): Promise<Buffer> => readFile(join(folder(run), "model.safetensors"));
      for (const at of [2, 3, 6]) {
        const out = folder(`stopped at ${at}`);
        const stop = new AbortController();
        const lossScaler = new EveryThird();
        const onStep = ({ step }: { step: number }): void => void (step === at && stop.abort());
        const part = await pretrain({ ...options, out, lossScaler, signal: stop.signal, onStep });
        expect([part.done, part.step]).toEqual([false, at]);
        await expect(pretrain({ ...options, out })).rejects.toThrow(/the run scales its loss\. Pass a lossScaler/);
        const idle = await pretrain({ ...options, out, lossScaler: new EveryThird(), signal: AbortSignal.abort() });
        expect([idle.done, idle.step]).toEqual([false, at]);
        // The last batch is skipped, so a run that was stopped before it has no step left.
        const resumed = new EveryThird();
        const rest = await pretrain({ ...options, out, lossScaler: resumed });
        expect([rest.done, rest.step]).toEqual([true, 6]);
        expect(resumed.state()).toEqual(scaler.state());
        expect((await weights(`stopped at ${at}`)).equals(await weights("whole"))).toBe(true);
      }
    },
  );

  it.each([0, 32])("resumes a run in a folder below its text, streamFrom %d", async (streamFrom) => {
    const notes = path(`notes ${streamFrom}`);
    await mkdir(notes);
    await copyFile(path("small.txt"), join(notes, "small.txt"));
    const options: PretrainOptions = {
      text: [notes],
      out: join(notes, "my-bert"), // its files come before the text
      settings: { ...own, streamFrom, steps: 4, ...(streamFrom > 0 && { evaluateEvery: 1, keepBest: 1 }) },
      tokenizer: await openTokenizer(path("vocab.txt")),
    };
    const stop = new AbortController();
    const part = await pretrain({ ...options, signal: stop.signal, onStep: ({ step }) => step === 2 && stop.abort() });
    expect(part).toMatchObject({ done: false, step: 2 });
    expect(await pretrain(options)).toMatchObject({ done: true, step: 4 });
    expect(await pretrain({ ...options, fresh: true })).toMatchObject({ done: true, step: 4 });
    await expect(pretrain({ ...options, out: notes })).rejects.toThrow("is both the text and the output");
    expect(existsSync(join(notes, "metrics.jsonl"))).toBe(false);
  });

  const command = (...args: string[]): Promise<string> =>
    run("pretrain", "--backend", "node", "--sequence-length", "16", "--batch-size", "8", ...args);
  const lossesOf = async (out: string): Promise<number[]> =>
    (await readFile(path(out, "metrics.jsonl"), "utf8"))
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line) as { loss: number; evaluation?: boolean })
      .flatMap(({ loss, evaluation }) => (evaluation ? [] : [loss]));

  it("--checkpointing computes the same, and --long-fraction ends with longer instances", async () => {
    const args = [path("small.txt"), "--vocabulary", path("vocabulary"), "--steps", "4", "--optimizer", "adamw"];
    const long = ["--long-fraction", "0.5", "--long-sequence-length", "64"];
    await command(...args, ...long, "--out", path("kept"));
    await command(...args, ...long, "--checkpointing", "--out", path("recomputed"));
    const [kept, recomputed] = [await lossesOf("kept"), await lossesOf("recomputed")];
    expect(recomputed).toBeAllClose(kept, { absolute: 1e-5, relative: 0 });
    const config = async (out: string): Promise<unknown> =>
      JSON.parse(await readFile(path(out, "config.json"), "utf8"));
    expect(await config("kept")).toMatchObject({ max_position_embeddings: 128 });
  });

  it("--patience stops when the loss on held-out text no longer falls", async () => {
    const args = [
      path("small.txt"),
      "--vocabulary",
      path("vocabulary"),
      "--optimizer",
      "sgd",
      "--schedule",
      "constant",
    ];
    const still = ["--learning-rate", "1e-30", "--warmup-steps", "0", "--evaluate-every", "1", "--patience", "3"];
    expect(await command(...args, ...still, "--steps", "50", "--out", path("patient"))).toMatch(/a model of 4 steps,/);
    expect(await lossesOf("patient")).toHaveLength(4);
  });

  it.each<[Partial<PretrainOptions>, string]>([
    [{ text: ["shards-16"] }, "shards need the tokenizer that they were made with"],
    [{ text: ["shards-16", "small.txt"] }, "small.txt has none. Pass shards or text."],
    [{ text: ["shards-16"], settings: { packing: true, nextSentence: false } }, "packing is for text, not for shards"],
    [{ text: ["small.txt"], settings: { packing: true } }, "packing needs nextSentence false"],
    [{ text: ["shards-16"], settings: { sequenceLength: 64 } }, "needs one folder of shards of 64 tokens, got"],
    [
      { text: ["shards-16"], settings: { longFraction: 0.1, longSequenceLength: 32 } },
      "needs one folder of shards of 32 tokens, got",
    ],
  ])("rejects %o", async ({ text, settings }, message) => {
    const tokenizer = settings && (await openTokenizer(path("vocab.txt")));
    const given = { settings: { ...own, ...settings }, ...(tokenizer && { tokenizer }) };
    const out = path("wrong");
    await expect(pretrain({ text: text!.map((one) => path(one)), out, ...given })).rejects.toThrow(message);
  });

  it.each<[Partial<PretrainSettings>, string]>([
    [{ evaluateEvery: 1, heldOut: 0 }, "evaluateEvery without effect: heldOut is 0."],
    [{ evaluateEvery: 1, patience: 2, keepBest: 1 }, "evaluateEvery, patience and keepBest without effect: nothing"],
    [{ evaluateEvery: 1, packing: true, nextSentence: false }, "of text that is read during training, 20 parts"],
  ])("rejects settings that would have no effect on ten documents: %o", async (settings, message) => {
    const text = (await readFile(path("small.txt"), "utf8")).split("\n\n").slice(0, 10).join("\n\n");
    await writeFile(path("few.txt"), text);
    const options = { text: [path("few.txt")], settings: { ...own, ...settings }, out: path("no-effect") };
    await expect(pretrain({ ...options, files: { note: "" } })).rejects.toThrow(message);
    expect(existsSync(path("no-effect"))).toBe(false);
  });

  it.each(["none", "sentence-order", "next-sentence"])(
    "notes the pairs of shards, which next-sentence prediction needs: %s",
    async (pairs) => {
      const folder = path(`shards ${pairs}`);
      const data = ["data", path("small.txt"), "--tokenizer", path("vocab.txt"), "--max-seq-length", "16"];
      await run(...data, "--pairs", pairs, "--out", folder);
      const tokenizer = await openTokenizer(path("vocab.txt"));
      const index = await readFile(join(folder, "index.json"), "utf8");
      const { shards } = JSON.parse(index) as { shards: object[] };
      const earlier = JSON.stringify({ version: 2, shards: shards.map((shard) => ({ ...shard, pairs: undefined })) });
      expect(index).toContain(`"${pairs}"`);
      for (const [version, written] of [index, earlier].entries()) {
        await writeFile(join(folder, "index.json"), written);
        const out = path(`of ${pairs}`, `${version}`);
        const started = pretrain({ text: [folder], settings: { ...own, steps: 1 }, tokenizer, out });
        if (pairs !== "none") expect(await started).toMatchObject({ done: true });
        else
          await expect(started).rejects.toThrow("nextSentence needs pairs of segments, which the shards do not have");
      }
    },
  );

  it.each([
    ["vocabulary", { text: ["shards-16"], settings: {} }],
    ["textSample", { text: ["changed.txt"], settings: { packing: true, nextSentence: false } }],
  ])("does not resume with another %s", async (name, { text, settings }) => {
    await copyFile(path("small.txt"), path("changed.txt"));
    const given = await readFile(path("vocab.txt"), "utf8");
    await writeFile(path("turned.txt"), given.replace(/([^\n]+)\n([^\n]+)\n$/, "$2\n$1\n"));
    const stop = new AbortController();
    const options: PretrainOptions = {
      text: text.map((one) => path(one)),
      out: path(`other ${name}`),
      settings: { ...own, ...settings },
      files: { note: "first" },
      tokenizer: await openTokenizer(path("vocab.txt")),
    };
    await pretrain({ ...options, signal: stop.signal, onStep: () => stop.abort() });
    const [from, to] = [(await readFile(path("changed.txt"), "utf8")).slice(0, 2), "zz"];
    if (name === "textSample")
      await writeFile(path("changed.txt"), (await readFile(path("changed.txt"), "utf8")).replace(from, to));
    const tokenizer = await openTokenizer(path(name === "vocabulary" ? "turned.txt" : "vocab.txt"));
    const changed = pretrain({ ...options, tokenizer, files: { note: "second" } });
    await expect(changed).rejects.toThrow(`an interrupted run with other settings: ${name} was`);
    expect(await readFile(path(`other ${name}`, "note"), "utf8")).toBe("first");
  });

  it("rejects misspelled settings of an InstanceMaker", async () => {
    const [corpus, tokenizer] = [await readCorpus(path("small.txt")), await openTokenizer(path("vocab.txt"))];
    expect(() => InstanceMaker.of(corpus, tokenizer, { sead: 1 } as never)).toThrow(/InstanceMaker\.of.*sead/);
    expect(InstanceMaker.of(corpus, tokenizer, { pairs: "document" }).groups).toBe(1);
  });

  it("rejects a folder with shards of two lengths", async () => {
    const shards: unknown[] = [];
    for (const length of ["16", "32"]) {
      const index = JSON.parse(await readFile(path(`shards-${length}`, "index.json"), "utf8")) as { shards: unknown[] };
      shards.push(...index.shards);
    }
    await mkdir(path("mixed"));
    await writeFile(path("mixed", "index.json"), JSON.stringify({ version: 2, shards }));
    const tokenizer = await openTokenizer(path("vocab.txt"));
    await expect(pretrain({ text: [path("mixed")], settings: own, tokenizer, out: path("wrong") })).rejects.toThrow(
      /mixed has shards of several lengths: shard\.00000\.tfrecord has max_seq_length 16 and max_predictions_per_seq 3, and shard\.00000\.tfrecord has max_seq_length 32/,
    );
  });

  it("trains on shards with the tokenizer that made them, added tokens included", async () => {
    await mkdir(path("added"));
    await copyFile(path("vocab.txt"), path("added", "vocab.txt"));
    await writeFile(path("added", "added_tokens.json"), JSON.stringify({ "[URL]": 300 }));
    const text = (await readFile(path("small.txt"), "utf8")).replaceAll(/\w+$/gm, "[URL]");
    await writeFile(path("addresses.txt"), text);
    const shape = ["--max-seq-length", "16", "--out", path("shards-added")];
    await run("data", path("addresses.txt"), "--tokenizer", path("added"), ...shape);
    const tokenizer = await openTokenizer(path("added"));
    const options = { text: [path("shards-added")], settings: { ...own, steps: 2 }, tokenizer, out: path("addresses") };
    expect(await pretrain(options)).toMatchObject({ done: true });
  });

  it("rejects shards that were created with another tokenizer", async () => {
    await run("vocab", path("small.txt"), "--size", "60", "--out", path("other.txt"));
    const tokenizer = await openTokenizer(path("other.txt"));
    const options = { text: [path("shards-16")], settings: own, tokenizer, out: path("wrong") };
    await expect(pretrain(options)).rejects.toThrow(/shards-16 has the id \d+, but the tokenizer only has 60 tokens\./);
  });
});
