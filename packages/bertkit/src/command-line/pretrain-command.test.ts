import { spawn, spawnSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { setTimeout as wait } from "node:timers/promises";
import { Rng } from "@bertkit/nn";
import * as tf from "@tensorflow/tfjs-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { runCommandLine } from "./run-command-line.ts";

let directory: string;
const path = (...names: string[]): string => join(directory, ...names);
const program = fileURLToPath(new URL("cli.ts", import.meta.url));
const tsx = pathToFileURL(createRequire(import.meta.url).resolve("tsx")).href;
/** How often a run is killed; `BERTKIT_KILLS` sets another number. */
const kills = Number(process.env["BERTKIT_KILLS"] ?? 1);
/** Enough for a few steps between two kills. */
const steps = Math.max(30, 4 * (kills + 2));

/** Forty documents of sentences from a small grammar. */
function corpus(): string {
  const rng = new Rng(3);
  const pick = (words: string): string => {
    const list = words.split(" ");
    return list[rng.integer(0, list.length - 1)]!;
  };
  const sentence = (): string =>
    `${pick("The A One")} ${pick("cat dog bird fish")} ${pick("sees likes hears follows")} ${pick("the a one")} ${pick("tree house river stone")}.`;
  return Array.from({ length: 40 }, () => Array.from({ length: 6 }, sentence).join("\n")).join("\n\n");
}

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), "bertkit-pretrain-"));
  await writeFile(path("corpus.txt"), corpus());
  for (const name of ["one", "two"]) {
    await mkdir(path("project", "node_modules", name), { recursive: true });
    await writeFile(path("project", "node_modules", name, "README.md"), corpus().replaceAll("\n\n", "\n"));
  }
});
afterAll(() => rm(directory, { recursive: true }));

async function run(...args: string[]): Promise<{ status: number; output: string; errors: string }> {
  let [output, errors] = ["", ""];
  const status = await runCommandLine(args, {
    stdin: (async function* () {})(),
    stdout: { write: (text) => (output += text) },
    stderr: { write: (text) => (errors += text) },
  });
  return { status, output, errors };
}

interface Ended {
  code: number | null;
  signal: string | null;
  output: string;
  errors: string;
}

interface Started {
  ended: Promise<Ended>;
  isOver: () => boolean;
  kill: (signal: NodeJS.Signals) => void;
}

function start(command: string[], cwd = directory): Started {
  const child = spawn(command[0]!, command.slice(1), { cwd, stdio: ["ignore", "pipe", "pipe"] });
  let [output, errors] = ["", ""];
  child.stdout.setEncoding("utf8").on("data", (text: string) => (output += text));
  child.stderr.setEncoding("utf8").on("data", (text: string) => (errors += text));
  const ended = new Promise<Ended>((resolve) =>
    child.on("close", (code, signal) => resolve({ code, signal, output, errors })),
  );
  const isOver = () => child.exitCode !== null || child.signalCode !== null;
  return { ended, isOver, kill: (signal) => void child.kill(signal) };
}

const bertkit = [process.execPath, "--import", tsx, program];
const small = [
  "--backend",
  "node",
  "--sequence-length",
  "16",
  "--batch-size",
  "4",
  "--steps",
  String(steps),
  "--dropout",
  "0.1",
];
const watched = ["--evaluate-every", "10", "--keep-best", "2", "--save-every", "0", "--seed", "7"];
const options = ["pretrain", "corpus.txt", ...small, ...watched];

/** The files of a finished run, without times. */
async function results(folder: string): Promise<unknown> {
  const metrics = (await readFile(join(folder, "metrics.jsonl"), "utf8")).replaceAll(/"milliseconds":[\d.]+/g, "");
  const best = await readdir(join(folder, "best"));
  const weights = [folder, ...best.map((name) => join(folder, "best", name))].map((each) =>
    readFileSync(join(each, "model.safetensors")).toString("base64"),
  );
  const left = (await readdir(folder)).filter((name) => /state|lock|tmp/.test(name));
  return { metrics, best, weights, left };
}

test(
  "a run that is killed and stopped, and resumed, ends with the same bits",
  { timeout: 600_000 + 60_000 * kills },
  async () => {
    const whole = start([...bertkit, ...options, "--out", "whole"]);
    const { code, output, errors } = await whole.ended;
    expect([code, output], errors).toEqual([
      0,
      expect.stringMatching(new RegExp(`^whole: a model of ${steps} steps, `)),
    ]);
    expect(errors).toMatch(/38 documents to train on, 2 held out; [\d,]+ tokens\.\n/);
    expect(errors).toMatch(/held out at step 20: loss \d\.\d{3}, masked-LM accuracy/);

    const rng = new Rng(Number(process.env["BERTKIT_KILL_SEED"] ?? 1));
    let args = [...options, "--out", "killed", "--fresh"]; // which --resume must not repeat
    for (let kill = 0; kill <= kills; kill++) {
      const stopped = start([...bertkit, ...args]);
      const lines = (): number =>
        existsSync(path("killed", "metrics.jsonl"))
          ? readFileSync(path("killed", "metrics.jsonl"), "utf8").split("\n").length
          : 0;
      const [from, more] = [lines(), rng.integer(2, Math.max(2, Math.floor((steps - 4) / (kills + 1))))];
      while (lines() < from + more && !stopped.isOver()) await wait(2);
      await wait(rng.integer(0, 60));
      stopped.kill(kill < kills ? "SIGKILL" : "SIGTERM");
      const ended = await stopped.ended;
      if (kill < kills) expect(ended.signal, ended.errors).toBe("SIGKILL");
      else {
        expect(ended.code, ended.errors).toBe(143);
        expect(ended.errors).toMatch(
          /stopped at step \d+, and saved\. Resume with: bertkit pretrain --resume --out killed/,
        );
      }
      // A run that was killed while it saved its first step starts again.
      if (from > 2) expect(ended.errors).toMatch(new RegExp(`resuming from step \\d+ of ${steps}\\.`));
      args = ["pretrain", "--resume", "--out", "killed"];
    }
    const resumed = await run("pretrain", "--resume", "--out", path("killed"), "--json");
    expect(resumed.status, resumed.errors).toBe(0);
    const lines = resumed.output.trim().split("\n");
    expect(JSON.parse(lines.at(-1)!)).toMatchObject({ result: true, step: steps, done: true });
    expect(await results(path("killed"))).toEqual(await results(path("whole")));
    expect(tf.memory().numTensors).toBe(0);
  },
);

test.skipIf(process.platform === "win32")(
  "a reader that stops early, such as head, stops the run, which is saved",
  { timeout: 120_000 },
  async () => {
    const line = [...bertkit, ...options, "--steps", "200", "--out", "read partly", "--json"];
    const quoted = line.map((word) => `'${word}'`).join(" ");
    const ended = await start(["bash", "-c", `set -o pipefail; ${quoted} | head -n 2`]).ended;
    expect(ended.code, ended.errors).toBe(141);
    expect(ended.output.split("\n")).toHaveLength(3);
    expect(ended.errors).toMatch(
      /stopped at step \d+, and saved\. Resume with: bertkit pretrain --resume --out "read partly"\n/,
    );
    expect(existsSync(path("read partly", "pretraining-state.safetensors"))).toBe(true);
  },
);

test("the first example of the help runs as printed, and the model answers", { timeout: 600_000 }, async () => {
  const { output: help } = await run("pretrain", "--help");
  const [, example, guess] = /\n {4}(bertkit pretrain .*)\n[^]*?\n {4}(bertkit fill-mask .*)\n/.exec(help)!;
  const inShell = (line: string): string[] => [
    "sh",
    "-c",
    line.replace(/^bertkit/, bertkit.map((word) => `'${word}'`).join(" ")),
  ];
  const { code, errors } = await start(inShell(example!), path("project")).ended;
  expect(code, errors).toBe(0);
  const filled = await start(inShell(guess!), path("project")).ended;
  expect([filled.code, filled.output.split("\n").length], filled.errors).toEqual([0, 7]);
});

test.skipIf(spawnSync("mpirun", ["--version"]).status !== 0)(
  "two processes compute the same run as one, within rounding (skipped without mpirun)",
  { timeout: 600_000 },
  async () => {
    // Open MPI's settings for containers.
    const environment = ["OMPI_ALLOW_RUN_AS_ROOT=1", "OMPI_ALLOW_RUN_AS_ROOT_CONFIRM=1"];
    const mpirun = [
      "env",
      ...environment,
      "OMPI_MCA_btl_vader_single_copy_mechanism=none",
      "mpirun",
      "--oversubscribe",
    ];
    const common = [
      "pretrain",
      path("corpus.txt"),
      "--backend",
      "node",
      "--sequence-length",
      "16",
      "--batch-size",
      "4",
    ];
    const args = [...common, "--steps", "12", "--save-every", "0", "--optimizer", "adamw"];
    const two = start([...mpirun, "-n", "2", ...bertkit, ...args, "--out", path("two")]);
    const { code, output, errors } = await two.ended;
    expect([code, output], errors).toEqual([
      0,
      expect.stringMatching(/two: a model of 12 steps, \d+ s of training\n$/),
    ]);
    expect((await run(...args, "--out", path("one"))).status).toBe(0);
    const losses = async (name: string): Promise<number[]> =>
      (await readFile(path(name, "metrics.jsonl"), "utf8"))
        .trim()
        .split("\n")
        .map((line) => (JSON.parse(line) as { loss: number }).loss);
    expect(await losses("two")).toHaveLength(13);
    expect(await losses("two")).toBeAllClose(await losses("one"), { absolute: 1e-4, relative: 1e-4 });
  },
);

test("evaluate scores a model on text, the same each time", async () => {
  const args = [
    "evaluate",
    "--backend",
    "cpu",
    "--model",
    path("whole"),
    path("corpus.txt"),
    "--sequence-length",
    "16",
  ];
  const { status, output, errors } = await run(...args);
  expect([status, errors]).toEqual([0, ""]);
  expect(output).toMatch(/^masked-LM accuracy +\d+\.\d %\nmasked-LM loss [^]*next-sentence accuracy[^]*\nloss /);
  const found = JSON.parse((await run(...args, "--json")).output) as { maskedLmAccuracy: number; maskedLmLoss: number };
  expect(output).toContain(found.maskedLmLoss.toFixed(3));
  expect(found.maskedLmAccuracy).toBeGreaterThan(0.2);
});

test("options come from the command line, then a file, then the recipe", async () => {
  await writeFile(
    path("config.json"),
    JSON.stringify({ text: ["corpus.txt"], recipe: "google", steps: 3, sequenceLength: 16 }),
  );
  const config = ["pretrain", "--config", path("config.json"), "--backend", "node"];
  const own = [path("corpus.txt"), "--steps", "2", "--size", "tiny", "--batch-size", "2", "--no-next-sentence"];
  const { status, errors } = await run(...config, ...own, "--long-fraction", "0", "--out", path("configured"));
  expect(status, errors).toBe(0);
  const metrics = (await readFile(path("configured", "metrics.jsonl"), "utf8")).trim().split("\n");
  expect(metrics.map((line) => Object.keys((JSON.parse(line) as { metrics?: object }).metrics ?? {}).length)).toEqual([
    2, 2, 0,
  ]);
  const saved = JSON.parse(await readFile(path("configured", "pretrain.json"), "utf8")) as Record<string, unknown>;
  expect(saved).toMatchObject({ recipe: "google", steps: 2, sequenceLength: 16, nextSentence: false });
  expect(await readFile(path("configured", "config.json"), "utf8")).toContain("BertForMaskedLM");
  const again = await run(...config, ...own, "--long-fraction", "0", "--out", path("configured"));
  expect([again.status, again.errors]).toEqual([1, expect.stringContaining("has a model already")]);
});

test("--vocabulary takes the file that bertkit vocab writes", { timeout: 120_000 }, async () => {
  const made = await run("vocab", path("corpus.txt"), "--size", "60", "--out", path("words.txt"));
  expect(made.status, made.errors).toBe(0);
  const args = ["pretrain", "corpus.txt", ...small, "--steps", "1", "--vocabulary", "words.txt", "--out", "own-words"];
  const { code, errors } = await start([...bertkit, ...args]).ended;
  expect(code, errors).toBe(0);
  expect(await readFile(path("own-words", "vocab.txt"), "utf8")).toBe(await readFile(path("words.txt"), "utf8"));
});

test("a file of options is heard beside --resume and the command line", { timeout: 120_000 }, async () => {
  await writeFile(path("no-vocabulary.json"), JSON.stringify({ vocabulary: "words.txt" }));
  const trained = ["pretrain", "corpus.txt", "--out", "x", "--config", path("no-vocabulary.json"), "--no-lowercase"];
  expect(await run(...trained)).toMatchObject({
    status: 2,
    errors: expect.stringMatching(/--lowercase is for a vocabulary that is trained/),
  });
  for (const other of [{ config: "nothing.json" }, { resume: true }]) {
    await writeFile(path("for-line.json"), JSON.stringify(other));
    const { status, errors } = await run("pretrain", "corpus.txt", "--out", "x", "--config", path("for-line.json"));
    expect([status, errors]).toEqual([2, expect.stringContaining(`no option is called "${Object.keys(other)[0]}"`)]);
  }
  await mkdir(path("stored"));
  await writeFile(
    path("stored", "pretrain.json"),
    JSON.stringify({ text: [path("corpus.txt")], steps: 1, resume: true }),
  );
  await writeFile(path("unknown.json"), `\ufeff${JSON.stringify({ steps: 3, warmupSteps: 2 })}`);
  const resumed = ["pretrain", "--resume", "--out", path("stored"), "--config", path("unknown.json")];
  expect(await run(...resumed, "--warmup-steps", "9")).toMatchObject({
    errors: expect.stringMatching(/--warmup-steps must be at most steps 3/),
  });
});

test("a missing vocabulary file is not taken for a repository", async () => {
  const { status, errors } = await run(
    "pretrain",
    path("corpus.txt"),
    "--vocabulary",
    path("no.txt"),
    "--out",
    path("no"),
  );
  expect([status, errors]).toEqual([2, expect.stringContaining(`there is no file or folder "${path("no.txt")}"`)]);
  expect(existsSync(path("no"))).toBe(false);
});

test("missing text leaves no folder", async () => {
  const { status, errors } = await run("pretrain", path("misspelled"), "--out", path("nothing"));
  expect([status, errors]).toEqual([2, expect.stringContaining(`there is no file "${path("misspelled")}"`)]);
  expect(existsSync(path("nothing"))).toBe(false);
});

test.each([
  [["corpus.txt"], /pretrain needs --out OUT/],
  [["--out", "x"], /pretrain needs TEXT, files or folders/],
  [["a", "--out", "x", "--stepz", "3"], /Unknown option '--stepz'/],
  [["a", "--out", "x", "--steps", "many"], /--steps must be a whole number of at least 1, got "many"/],
  [["a", "--out", "x", "--warmup-steps", "9", "--steps", "3"], /--warmup-steps must be at most steps 3, got 9/],
  [
    ["a", "--out", "x", "--optimizer", "sgd", "--weight-decay", "0.1"],
    /--weight-decay has no effect with optimizer sgd, got 0\.1\. Omit --weight-decay or set 0, or choose/,
  ],
  [
    ["a", "--out", "x", "--optimizer", "sgd", "--no-bias-correction"],
    /--bias-correction has no effect with optimizer sgd/,
  ],
  [
    ["a", "--out", "x", "--recipe", "paper", "--matrix-learning-rate", "0.1"],
    /--matrix-learning-rate has no effect with optimizer adamw, got 0\.1\. Omit --matrix-learning-rate, or choose the optimizer muon/,
  ],
  [["a", "--out", "x", "--mask-again"], /--mask-again has no effect on text, whose masks are new in each pass anyway/],
  [
    ["a", "--out", "x", "--long-sequence-length", "96"],
    /--long-sequence-length has no effect with --long-fraction 0\. Leave it out, or give the fraction/,
  ],
  [
    ["a", "--out", "x", "--recipe", "paper", "--long-fraction", "0", "--long-sequence-length", "96"],
    /--long-sequence-length has no effect with --long-fraction 0/,
  ],
  [["a", "--out", "x", "--vocabulary", "v.txt", "--no-lowercase"], /--lowercase is for a vocabulary that is trained/],
  [["a", "--out", "x", "--packing"], /--packing needs --no-next-sentence: a row/],
  [["a", "--out", "x", "--patience", "2"], /--patience and --keep-best need --evaluate-every, the steps between/],
  [["a", "--out", "x", "--recipe", "fast"], /--recipe must be one of minutes, paper, google, got "fast"/],
  [
    ["--resume", "--out", "/nowhere/at/all"],
    /there is no run to resume in \/nowhere\/at\/all: it has no pretrain\.json\. Check --out, or give TEXT/,
  ],
  [["--resume", "--fresh", "--out", "x"], /--resume continues the run, and --fresh starts it again: give one/],
  [["--config", "/nowhere.json"], /\/nowhere\.json cannot be read/],
])("a usage error is one line on stderr: %j", async (args, message) => {
  const { status, errors } = await run("pretrain", ...args);
  expect([status, errors]).toEqual([2, expect.stringMatching(message)]);
  expect(errors).toMatch(/^bertkit: [^\n]+\n$/);
});

test("an option that shards ignore is a usage error, unless a file of options has it", async () => {
  await mkdir(path("shards"), { recursive: true });
  await writeFile(path("shards", "index.json"), '{ "version": 2, "shards": [] }');
  const args = ["pretrain", path("shards"), "--out", path("of-shards")];
  for (const [option, message] of [
    [["--layout", "prose"], /--layout has no effect on shards, whose text is encoded already\. Leave it out, or give/],
    [["--encoding", "latin1"], /--encoding has no effect on shards/],
    [["--stream-from", "1"], /--stream-from has no effect on shards/],
    [["--whole-word-masking"], /--whole-word-masking has no effect on shards, .* or give --mask-again/],
    [["--masked-lm-probability", "0.2"], /--masked-lm-probability has no effect on shards, which are masked already/],
  ] as const) {
    const { status, errors } = await run(...args, ...option);
    expect([status, errors]).toEqual([2, expect.stringMatching(message)]);
  }
  await writeFile(path("for-text.json"), JSON.stringify({ layout: "prose", wholeWordMasking: true, maskAgain: false }));
  for (const used of [
    ["--mask-again", "--whole-word-masking"],
    ["--config", path("for-text.json")],
  ])
    expect((await run(...args, ...used)).errors).toMatch(/shards need the tokenizer/);
});
