import { spawn, type ChildProcess } from "node:child_process";
import { existsSync } from "node:fs";
import { cp, mkdir, mkdtemp, readdir, readFile, rm, truncate, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { useBackend } from "@bertkit/backend";
import { bertSizes, createBert } from "@bertkit/encoder";
import { dispose, Rng } from "@bertkit/nn";
import { sharedData } from "@bertkit/testing";
import { bertTokenizer } from "@bertkit/tokenizer";
import { trainWordPiece } from "@bertkit/tokenizer/training";
import { savePretrained } from "bertkit";

const program = fileURLToPath(new URL("./main.ts", import.meta.url));
const insults = ["you fool", "what a fool", "stupid fool", "you are stupid"];
const praise = ["thank you", "what a good edit", "good work", "you are kind"];

let folder: string;
let model: string;
let csv: string;

beforeAll(async () => {
  await useBackend("node");
  folder = await mkdtemp(join(tmpdir(), "bertkit-toxic-"));
  model = join(folder, "model");
  csv = join(folder, "train.csv");
  const rng = new Rng(1);
  const vocabulary = await trainWordPiece([...insults, ...praise], {
    vocabularySize: 100,
    minFrequency: 1,
    lowercase: true,
  });
  const config = {
    ...bertSizes.tiny,
    vocabularySize: vocabulary.size,
    hiddenSize: 32,
    attentionHeads: 2,
    intermediateSize: 64,
    initializerRange: 0.1,
  };
  const encoder = createBert(config, rng);
  await savePretrained(model, { config, encoder, tokenizer: bertTokenizer({ vocabulary, lowercase: true }) });
  dispose(encoder);
  // As in the challenge's file: quoted fields with doubled quotes and line breaks.
  const rows = Array.from({ length: 30 }, (_, i) => [
    `${i}a,"${insults[i % 4]},\n""really""",1,0,0,0,1,0`,
    `${i}b,${praise[i % 4]},0,0,0,0,0,0`,
  ]);
  await writeFile(
    csv,
    ["id,comment_text,toxic,severe_toxic,obscene,threat,insult,identity_hate", ...rows.flat(), ""].join("\n"),
  );
}, 120_000);
afterAll(() => rm(folder, { recursive: true }));

interface Ended {
  code: number | null;
  stdout: string;
  stderr: string;
}

/** Progress bars without times. */
const withoutTimes = (text: string) => text.replace(/\] \d+:\d\d/g, "]");

function run(
  args: string[],
  input = "",
  onOutput: (child: ChildProcess, stdout: string) => void = () => {},
): Promise<Ended> {
  const child = spawn(process.execPath, ["--import", "tsx", program, ...args], {
    cwd: fileURLToPath(new URL("..", import.meta.url)),
  });
  let stdout = "";
  let stderr = "";
  child.stdout.on("data", (chunk: Buffer) => {
    stdout += chunk.toString();
    onOutput(child, stdout);
  });
  child.stderr.on("data", (chunk: Buffer) => (stderr += chunk.toString()));
  child.stdin.end(input);
  return new Promise((resolve) => child.on("close", (code) => resolve({ code, stdout, stderr })));
}

describe("the toxic-comments program", () => {
  it("learns, measures, saves, and classifies lines; then again from what it saved", { timeout: 300_000 }, async () => {
    const out = join(folder, "trained");
    const lines = "stupid fool\n\nthank you\n";
    const trained = await run(
      [
        "--data",
        csv,
        "--model",
        model,
        "--train-encoder",
        "--learning-rate",
        "0.003",
        "--epochs",
        "8",
        "--batch-size",
        "8",
        "--length",
        "16",
        "--out",
        out,
      ],
      lines,
    );
    expect(trained.stderr).toBe("");
    expect(trained.code).toBe(0);
    expect(trained.stdout).toContain("48 comments to train on, 12 held out, 6 labels");
    expect(trained.stdout).toMatch(/frozen +0\n/);
    const last = trained.stdout.slice(trained.stdout.indexOf("epoch 8/8"));
    expect(last).toMatch(/6\/6 \[=+\]/);
    expect(last).toMatch(/toxic +6 +0\.\d+ +1\.0000/); // perfect separation
    expect(last).toMatch(/threat +0 +0\.\d+ +–/);
    expect(last).toMatch(/(toxic|insult) [\d.]+ %.*\tstupid fool\n/);
    expect(last).toMatch(/none; most probable .*\tthank you\n/);
    expect(last).toMatch(/^mean ROC-AUC \d\.\d{4}: \d\.\d{4} (ahead of|behind) a bag of words, .*\(\d\.\d{4}\)$/m);
    const again = await run(["--model", out, "--length", "16"], lines);
    expect(again.stdout).toBe(trained.stdout.slice(trained.stdout.indexOf("comments.txt\n") + "comments.txt\n".length));
  });

  it(
    "stops, saves and resumes with the same result; reports a folder that is in use or not writable",
    { timeout: 600_000 },
    async () => {
      const args = (out: string) =>
        [
          "--data",
          csv,
          "--model",
          model,
          "--train-encoder",
          "--epochs",
          "3",
          "--batch-size",
          "8",
          "--length",
          "16",
        ].concat(["--save-every", "0", "--backend", "cpu", "--out", join(folder, out)]);
      const tables = ({ stdout }: Ended) => stdout.slice(stdout.indexOf("epoch 3/3"), stdout.indexOf("saved in"));
      const whole = await run(args("unstopped"));
      expect(whole.code).toBe(0);

      const state = join(folder, "stopped", "training-state.safetensors");
      let second: Promise<Ended> | undefined;
      const stopped = await run(args("stopped"), "", (child, stdout) => {
        if (second !== undefined || !stdout.includes("epoch 2/3")) return;
        child.kill("SIGSTOP"); // else it could end while the second one starts
        second = run(args("stopped"));
        const terminate = () => {
          child.kill("SIGTERM");
          child.kill("SIGCONT");
        };
        void second.then(terminate, terminate);
      });
      const refused = await second!;
      expect(refused.code).toBe(2);
      expect(refused.stderr).toMatch(/^toxic-comments: .*stopped is in use by process \d+ on .*, since .*\n$/);
      // Else it had been trained before the signal came.
      if (!stopped.stdout.includes("saved in")) {
        expect(stopped.code).toBe(143);
        expect(stopped.stdout).toMatch(
          /training stopped\. Saved in .*: epoch [23] of 3, batch \d of 6\. The same command/,
        );
        expect(existsSync(state)).toBe(true);
      }
      const resumed = await run(args("stopped"));
      expect(resumed.code).toBe(0);
      expect(withoutTimes(tables(resumed))).toBe(withoutTimes(tables(whole)));
      expect(await readFile(join(folder, "stopped", "model.safetensors"))).toEqual(
        await readFile(join(folder, "unstopped", "model.safetensors")),
      );
      expect((await readdir(join(folder, "stopped"))).sort()).toEqual(
        (await readdir(join(folder, "unstopped"))).sort(),
      );

      await mkdir(join(folder, "blocked", "config.json"), { recursive: true });
      const blocked = await run(args("blocked"));
      expect(blocked).toMatchObject({ code: 2, stdout: "" });
      expect(blocked.stderr).toMatch(
        /^toxic-comments: .*config\.json cannot be written: a folder has that name\..*\n$/,
      );
    },
  );

  it(
    "ends without ROC-AUC if no label has both classes among the held-out comments",
    { timeout: 300_000 },
    async () => {
      const args = ["--data", csv, "--model", model, "--epochs", "1", "--length", "16", "--held-out", "1"];
      const { code, stdout, stderr } = await run([...args, "--out", join(folder, "one-held-out")]);
      expect(stderr).toBe("");
      expect(stdout).toContain("59 comments to train on, 1 held out");
      expect(stdout).toMatch(/all labels +\d\.\d+ +–\n/);
      expect(stdout).toContain("no ROC-AUC: each label is on all held-out comments or on none.");
      expect(stdout).toContain("saved in");
      expect(code).toBe(0);
    },
  );

  it("replaces a model in --out only with --fresh", { timeout: 300_000 }, async () => {
    const out = join(folder, "taken");
    await cp(model, out, { recursive: true });
    const weights = await readFile(join(out, "model.safetensors"));
    const args = ["--data", csv, "--model", model, "--epochs", "1", "--length", "16", "--out", out];
    const refused = await run(args);
    expect(refused).toMatchObject({ code: 2, stdout: "" });
    expect(refused.stderr).toMatch(
      /^toxic-comments: --out: .*taken has a model already, config\.json\. Choose another folder, or .* --fresh\. See --help\.\n$/,
    );
    expect(await readFile(join(out, "model.safetensors"))).toEqual(weights);
    expect((await readdir(out)).sort()).toEqual((await readdir(model)).sort());
    expect((await run([...args, "--fresh"])).code).toBe(0);
    expect(await readFile(join(out, "model.safetensors"))).not.toEqual(weights);
  });

  it("reports where a file is truncated, in one line", { timeout: 120_000 }, async () => {
    const cutCsv = join(folder, "cut.csv");
    await writeFile(cutCsv, 'id,comment_text,toxic\n1,"hello');
    const ofCsv = await run(["--data", cutCsv, "--model", model]);
    expect(ofCsv).toMatchObject({ code: 1, stdout: "" });
    expect(ofCsv.stderr).toMatch(
      /^toxic-comments: --data: .*cut\.csv, line 2, column "comment_text": .*never closed\. Close it, .*field\.\n$/,
    );

    const cutModel = join(folder, "cut-model");
    await cp(model, cutModel, { recursive: true });
    await truncate(join(cutModel, "model.safetensors"), 5000);
    const ofModel = await run(["--data", csv, "--model", cutModel]);
    expect(ofModel).toMatchObject({ code: 1, stdout: "" });
    expect(ofModel.stderr).toMatch(/^toxic-comments: safetensors: .*model\.safetensors: .*truncated\.\n$/);
  });

  it("keeps the encoder frozen unless asked, and reads GoEmotions", { timeout: 300_000 }, async () => {
    const tsv = join(folder, "train.tsv");
    await writeFile(
      tsv,
      Array.from({ length: 24 }, (_, i) =>
        i % 2 ? `${insults[i % 4]}\t2,3\ta${i}` : `${praise[i % 4]}\t15\tb${i}`,
      ).join("\n"),
    );
    const { code, stdout } = await run([
      "--data",
      tsv,
      "--format",
      "goemotions",
      "--model",
      model,
      "--epochs",
      "1",
      "--length",
      "16",
      "--out",
      join(folder, "emotions"),
    ]);
    expect(code).toBe(0);
    expect(stdout).toContain("28 labels");
    expect(stdout).toMatch(/^ {2}layers +list of \d+ +[\d,]+ +no\n/m);
    expect(stdout).toMatch(/trainable +924\n/); // 32 · 28 + 28
    expect(stdout).toMatch(/gratitude +\d+ +0\.\d+ +[01]\.\d+/);
  });

  it.skipIf(!sharedData)("runs on the challenge's own rows", { timeout: 300_000 }, async () => {
    const data = join(sharedData!, "multi-label/jigsaw-567.csv");
    const { code, stdout } = await run([
      "--data",
      data,
      "--model",
      model,
      "--epochs",
      "1",
      "--length",
      "32",
      "--out",
      join(folder, "jigsaw"),
    ]);
    expect(code).toBe(0);
    expect(stdout).toContain("453 comments to train on, 114 held out, 6 labels");
  });

  it.each([
    [["--data", "x.csv"], /--model is missing/],
    [["--model", "/no/such/folder"], /there is no folder \/no\/such\/folder/],
    [["--model", ".", "--data", "/no/such.csv"], /there is no file \/no\/such\.csv/],
    [
      ["--model", ".", "--data", "package.json", "--out", "./"],
      /--out is the folder of --model, which would be replaced/,
    ],
    [["--model", ".", "--seed", "1", "--seed", "2"], /Option '--seed' is given more than once/],
    [["--model", ".", "--epochs", "few"], /--epochs must be a whole number of at least 1, got "few"/],
  ])("rejects %j in one line, with exit code 2", { timeout: 60_000 }, async (args, message) => {
    const { code, stdout, stderr } = await run(args);
    expect(stdout).toBe("");
    expect(stderr).toMatch(message);
    expect(stderr.trim()).not.toContain("\n");
    expect(code).toBe(2);
  });
});
