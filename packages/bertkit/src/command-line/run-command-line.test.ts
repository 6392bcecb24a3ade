import { spawn, spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { chmod, lstat, mkdir, mkdtemp, readdir, readFile, rm, stat, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { sentenceModuleFiles } from "@bertkit/heads";
import { dispose } from "@bertkit/nn";
import { loopbackHub } from "@bertkit/testing";
import * as tf from "@tensorflow/tfjs-core";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { filesOf } from "../__fixtures__/model-files.ts";
import {
  tinyClassifierModel,
  tinyPretrainingModel,
  tinyQuestionModel,
  tinyTokenClassifierModel,
} from "../__fixtures__/tiny-model.ts";
import { savePretrained } from "../model/save-pretrained.ts";
import { saveTensorflowCheckpoint } from "../model/save-tensorflow-checkpoint.ts";
import { commands } from "./commands.ts";
import { runCommandLine } from "./run-command-line.ts";

let directory: string;
const folder = (name: string): string => join(directory, name);

beforeAll(async () => {
  await tf.setBackend("cpu");
  directory = await mkdtemp(join(tmpdir(), "bertkit-command-line-"));
  const models = {
    masked: tinyPretrainingModel(),
    topic: tinyClassifierModel(),
    tags: tinyClassifierModel("multi-label"),
    questions: tinyQuestionModel(),
    entities: tinyTokenClassifierModel(),
    ranker: tinyClassifierModel("regression", ["relevance"]),
  };
  for (const [name, model] of Object.entries(models)) {
    await savePretrained(folder(name), model);
    dispose(model);
  }
});
afterAll(() => rm(directory, { recursive: true }));

interface Run {
  status: number;
  output: string;
  errors: string;
}

async function run(args: string[], input: string[] = []): Promise<Run> {
  let output = "";
  let errors = "";
  const stdin = (async function* () {
    yield* input;
  })();
  const status = await runCommandLine(args, {
    stdin,
    stdout: { write: (text) => (output += text) },
    stderr: { write: (text) => (errors += text) },
  });
  return { status, output, errors };
}

const cpu = ["--backend", "cpu"];

test("fill-mask prints the most probable tokens of every mask", async () => {
  const texts = ["the [MASK] was good", "[MASK] [MASK]"];
  const { status, output, errors } = await run([
    "fill-mask",
    ...cpu,
    "--model",
    folder("masked"),
    "--top-k",
    "2",
    ...texts,
  ]);
  expect([status, errors]).toEqual([0, ""]);
  const candidate = / {2}[01]\.\d{4} {2}\S+ +.+\n/.source;
  const expected = `^the \\[MASK\\] was good\n(${candidate}){2}\\[MASK\\] \\[MASK\\]\n  at character 0\n(${candidate}){2}  at character 7\n(${candidate}){2}$`;
  expect(output).toMatch(new RegExp(expected));
  expect(tf.memory().numTensors).toBe(0);
});

test("classify labels the lines of standard input", async () => {
  const lines = ["a good film\n\nvery ", "bad\n"];
  const { status, output } = await run(["classify", ...cpu, "--model", folder("topic")], lines);
  expect(status).toBe(0);
  expect(output).toMatch(/^(bad|good|so-so) [01]\.\d{4}\ta good film\n(bad|good|so-so) [01]\.\d{4}\tvery bad\n$/);
  const all = await run(["classify", ...cpu, "--model", folder("topic"), "--top-k", "3", "--json"], lines);
  const parsed = all.output
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line) as { text: string; labels: { label: string }[] });
  expect(parsed.map(({ text, labels }) => [text, labels.length])).toEqual([
    ["a good film", 3],
    ["very bad", 3],
  ]);
  const held = await run(["classify", ...cpu, "--model", folder("tags"), "--json"], lines);
  for (const line of held.output.trim().split("\n"))
    expect((JSON.parse(line) as { labels: { score: number }[] }).labels.every(({ score }) => score > 0.5)).toBe(true);
});

describe("labels and texts cannot forge output", () => {
  const labels = ["good 1.0000\tforged\nbad", "\x1b[2J\x9b31m\u202edab", "\r\u2028so-so\x7f"];
  const texts = ["a\x1b]0;title\x07 good\tfilm\r", "\u2066plot \x85 was"];
  beforeAll(async () => {
    const model = tinyClassifierModel("single-label", labels);
    await savePretrained(folder("malicious"), model);
    dispose(model);
  });
  // The characters allowed in a terminal line.
  const plain = /^[^\p{Cc}\p{Zl}\p{Zp}\p{Bidi_Control}]*$/u;

  test("classify", async () => {
    const args = ["classify", ...cpu, "--model", folder("malicious"), "--top-k", "3"];
    const { output } = await run(args, [texts.join("\n")]);
    const lines = output.split("\n");
    expect(lines).toHaveLength(texts.length + 1);
    for (const line of lines.slice(0, -1)) {
      expect(line.split("\t")).toHaveLength(2);
      expect(line.replace("\t", "")).toMatch(plain);
    }
    expect(output).toContain("good 1.0000\\tforged\\nbad 0.");
    expect(output).toContain("\\u001b[2J\\u009b31m\\u202edab 0.");
    expect(output).toContain("a\\u001b]0;title\\u0007 good\\tfilm\n");
    const json = await run([...args, "--json"], [texts.join("\n")]);
    const parsed = json.output
      .trim()
      .split("\n")
      .map((line) => {
        expect(line).toMatch(plain);
        return JSON.parse(line) as { text: string; labels: { label: string }[] };
      });
    expect(parsed.map(({ text }) => text)).toEqual([texts[0]!.slice(0, -1), texts[1]]);
    expect(parsed[0]!.labels.map(({ label }) => label).toSorted()).toEqual(labels.toSorted());
  });

  test("info, fill-mask and errors", async () => {
    const { output } = await run(["info", folder("malicious")]);
    for (const line of output.split("\n")) expect(line).toMatch(plain);
    expect(output.split("\n").filter((line) => line.startsWith("labels"))).toHaveLength(1);
    expect((JSON.parse((await run(["info", "--json", folder("malicious")])).output) as { labels: string }).labels).toBe(
      labels.join(", "),
    );
    const filled = await run(["fill-mask", ...cpu, "--model", folder("masked"), "the \x1b[1m [MASK]\n\u202e"]);
    for (const line of filled.output.split("\n")) expect(line).toMatch(plain);
    const asked = await run(
      ["answer", ...cpu, "--model", folder("questions"), "\x1b[1mwho\n\u202e?"],
      ["\x9bplot\u2066"],
    );
    for (const line of asked.output.split("\n")) expect(line).toMatch(plain);
    expect(asked.output.split("\n")).toHaveLength(3);
    expect(filled.output.split("\n")).toHaveLength(7);
    for (const args of [["info", "/no\x1b[31m/where\u202e"], ["gu\x9bess"], ["--\x1b[2J"], ["info", "a", "b\x7f"]]) {
      const { status, errors } = await run(args);
      expect(status).toBe(2);
      expect(errors.slice(0, -1)).toMatch(plain);
    }
  });
});

test("answer finds answers in the text on standard input", async () => {
  const model = ["answer", ...cpu, "--model", folder("questions")];
  const text = ["A zebra was very ", "good.\nThe  film was bad."];
  const { status, output, errors } = await run([...model, "--top-k", "2", "a zebra?", "the film?"], text);
  expect([status, errors]).toEqual([0, ""]);
  const answer = / {2}[01]\.\d{4} {2}[^\n]+\n/.source;
  expect(output).toMatch(new RegExp(`^a zebra\\?\n(${answer}){2}the film\\?\n(${answer}){2}$`));
  const json = await run([...model, "--json", "a zebra?"], text);
  const { question, answers } = JSON.parse(json.output) as {
    question: string;
    answers: { text: string; start: number; end: number }[];
  };
  expect([question, answers.length]).toEqual(["a zebra?", 1]);
  expect(text.join("").slice(answers[0]!.start, answers[0]!.end)).toBe(answers[0]!.text);
  const none = await run([...model, "--null-answers", "--top-k", "60", "zebra"], ["bad"]);
  expect(none.output).toMatch(/^zebra\n(.*\n)*? {2}[01]\.\d{4} {2}\(no answer\)\n/);
  expect((await run([...model, "zebra"], [" \n"])).output).toBe("zebra\n  (no answer)\n");
});

describe("commands over lines", () => {
  const lines = ["a good film\n\nvery ", "bad zebra\r\n"];
  const parsed = <Line>(output: string): Line[] =>
    output
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line) as Line);

  test("ner prints the entities of each line, joined or not", async () => {
    const args = ["ner", ...cpu, "--model", folder("entities")];
    const { status, output, errors } = await run(args, lines);
    expect([status, errors]).toEqual([0, ""]);
    expect(output).toMatch(/^a good film\n( {2}ANIMAL {2}[01]\.\d{4} {2}\d+-\d+ {2}.+\n)*very bad zebra\n/);
    const tokens = parsed<{ text: string; entities: { entity: string; start: number; end: number; word: string }[] }>(
      (await run([...args, "--json", "--aggregation", "none"], lines)).output,
    );
    expect(tokens.map(({ text }) => text)).toEqual(["a good film", "very bad zebra"]);
    for (const { text, entities } of tokens)
      for (const { entity, start, end, word } of entities)
        expect([entity, text.slice(start, end)]).toEqual(["B-ANIMAL", word]);
    expect(tf.memory().numTensors).toBe(0);
  });

  test("features scales vectors as the folder says, unless told otherwise", async () => {
    const model = tinyPretrainingModel();
    const modules = { pooling: ["mean"] as const, normalize: true, maxLength: undefined, lowercase: false };
    await savePretrained(folder("sentences"), { ...model, sentenceFiles: sentenceModuleFiles(modules, 16) });
    dispose(model);
    const vectorOf = async (name: string, ...args: string[]): Promise<number[]> =>
      parsed<{ vector: number[] }>((await run(["features", ...cpu, "--model", folder(name), "--json", ...args], ["film"])).output)[0]!.vector; // prettier-ignore
    const [scaled, unscaled] = [await vectorOf("masked", "--normalize"), await vectorOf("masked")];
    expect(scaled).not.toEqual(unscaled);
    expect(await vectorOf("sentences")).toEqual(scaled);
    expect(await vectorOf("sentences", "--no-normalize")).toEqual(unscaled);
  });

  test("features prints a vector for every line, also a blank one", async () => {
    const args = ["features", ...cpu, "--model", folder("masked")];
    const rows = async (...input: string[]): Promise<string[]> =>
      (await run(args, input)).output.split("\n").slice(0, -1);
    const [good, blank, bad] = await rows("good\n\r\nbad");
    expect([await rows("good\n"), await rows("\n"), await rows("bad")]).toEqual([[good], [blank], [bad]]);
    expect(await rows("good\n", "\n", "bad\n", "\n")).toEqual([good, blank, bad, blank]);
    expect(await rows("")).toEqual([]);
  });

  test("features and classify read files, rank sorts lines", async () => {
    const file = join(directory, "lines.txt");
    await writeFile(file, lines.join(""));
    const extracted = await run(["features", ...cpu, "--model", folder("masked"), "--normalize", "--json", file, "-"], ["film"]); // prettier-ignore
    const vectors = parsed<{ text: string; vector: number[] }>(extracted.output);
    expect(vectors.map(({ text, vector }) => [text, vector.length])).toEqual([
      ["a good film", 16],
      ["", 16],
      ["very bad zebra", 16],
      ["film", 16],
    ]);
    expect([vectors[0]!.vector.reduce((sum, value) => sum + value * value, 0)]).toBeAllClose([1]);
    expect((await run(["features", ...cpu, "--model", folder("masked")], lines)).output.split("\n")[0]!.split("\t")).toHaveLength(16); // prettier-ignore
    expect((await run(["classify", ...cpu, "--model", folder("topic"), file])).output.split("\n")).toHaveLength(3);
    const { status, output } = await run(["rank", ...cpu, "--model", folder("ranker"), "good film"], lines);
    const scores = output.trim().split("\n").map((line) => Number(line.split("\t")[0])); // prettier-ignore
    expect([status, scores]).toEqual([0, scores.toSorted((a, b) => b - a)]);
    const best = parsed<{ text: string; line: number }>((await run(["rank", ...cpu, "--model", folder("ranker"), "--top-k", "1", "--json", "good film", file])).output); // prettier-ignore
    const text = output.split("\n")[0]!.split("\t")[1];
    expect(best).toEqual([expect.objectContaining({ text, line: text === "a good film" ? 0 : 2 })]);
    const missing = await run(["features", ...cpu, "--model", folder("masked"), "/no/file"]);
    expect([missing.status, missing.errors]).toEqual([
      2,
      `bertkit: there is no file "/no/file". Check the path (see bertkit features --help)\n`,
    ]);
  });

  test.each([
    [["vocab"], [".txt", ""]],
    [
      ["data", "--tokenizer", "masked", "--out", "data"],
      [".txt", ".jsonl.gz"],
    ],
    [["evaluate", ...cpu, "--model", "masked"], [".txt"]],
    [
      ["finetune", "classify", ...cpu, "--model", "masked", "--out", "tuned", "--train"],
      [".csv", ".jsonl", ".parquet"],
    ],
    [["predict", ...cpu, "--model", "topic", "--data"], [".csv"]],
  ] as const)("%s: the error for a missing file has no advice for programs", async (args, endings) => {
    const given = args.map((arg) => (["masked", "topic"].includes(arg) ? folder(arg) : arg));
    for (const ending of endings) {
      const { status, errors } = await run([...given, `/no/file${ending}`]);
      expect([status, errors]).toEqual([
        2,
        `bertkit: there is no file "/no/file${ending}". Check the path (see bertkit ${args[0]} --help)\n`,
      ]);
    }
  });

  test.each([
    [["vocab"], "the files have no text. Check --layout and --field."],
    [["data", "--tokenizer", "masked", "--out", "data"], "the files have no text, so there is nothing to write."],
    [["evaluate", ...cpu, "--model", "masked"], "there is no text in FILE. Give files with some, or check --layout."],
    [
      ["evaluate", ...cpu, "--model", "topic", "--format", "csv", "--data"],
      "FILE has no texts. Give a file with some.",
    ],
    [["predict", ...cpu, "--model", "topic", "--format", "csv", "--data"], "FILE has no texts. Give a file with some."],
  ] as const)("%s: fails if there is nothing to do", async (args, message) => {
    const file = join(directory, "blank.txt");
    await writeFile(file, "\n\n");
    const given = args.map((arg) => (["masked", "topic", "data"].includes(arg) && arg !== args[0] ? folder(arg) : arg));
    const { status, errors } = await run([...given, file]);
    expect([status, errors]).toEqual([1, expect.stringContaining(message.replace("FILE", file))]);
    expect(await readdir(directory)).not.toContain("data");
  });

  test("fill-mask reads lines if no text is given", async () => {
    const { output } = await run(
      ["fill-mask", ...cpu, "--model", folder("masked"), "--top-k", "1"],
      ["a [MASK]\n", "[MASK]!"],
    );
    expect(output).toMatch(/^a \[MASK\]\n {2}[01].*\n\[MASK\]!\n {2}[01].*\n$/);
  });

  test("fill-mask reads files, beside texts", async () => {
    const file = join(directory, "masks.txt");
    await writeFile(file, "a [MASK]\n\nthe [MASK] plot\n");
    const { status, output } = await run(
      ["fill-mask", ...cpu, "--model", folder("masked"), "--json", "good [MASK]", file, "-"],
      ["[MASK]!"],
    );
    const texts = parsed<{ text: string; masks: unknown[] }>(output).map(({ text, masks }) => [text, masks.length]);
    expect([status, texts]).toEqual([0, [["good [MASK]", 1], ["a [MASK]", 1], ["the [MASK] plot", 1], ["[MASK]!", 1]]]); // prettier-ignore
  });

  test("fill-mask names a line that is too long", async () => {
    const args = ["fill-mask", ...cpu, "--model", folder("masked")];
    const { status, output, errors } = await run(args, [`a [MASK]\nthe film [MASK] ${"good ".repeat(600)}\n`]);
    expect([status, output, errors]).toEqual([
      1,
      expect.stringMatching(/^a \[MASK\]\n/),
      expect.stringMatching(/the text has \d+ tokens, .*, got "the film \[MASK\] good .*…"\. Shorten it\.\n$/),
    ]);
  });

  test("fill-mask prints the lines before one without a mask", async () => {
    const args = ["fill-mask", ...cpu, "--model", folder("masked")];
    const { status, output, errors } = await run(args, ["a [MASK]\nthe film\n"]);
    expect([status, output, errors]).toEqual([
      2,
      expect.stringMatching(/^a \[MASK\]\n/),
      expect.stringContaining('the text has no [MASK], got "the film"'),
    ]);
  });

  test("answer reads its text from a file, and then questions from standard input", async () => {
    const file = join(directory, "article.txt");
    await writeFile(file, "A zebra was very good.\nThe film was bad.");
    const args = ["answer", ...cpu, "--model", folder("questions"), "--text", file];
    const { status, output } = await run([...args, "--json"], ["a zebra?\nthe ", "film?\n"]);
    const asked = parsed<{ question: string; answers: { text: string }[] }>(output);
    expect([status, asked.map(({ question }) => question)]).toEqual([0, ["a zebra?", "the film?"]]);
    const given = await run([...args, "--json", "a zebra?", "the film?"]);
    expect(given.output).toBe(output);
    const missing = await run([...args.slice(0, -1), "/no/file", "a zebra?"]);
    expect([missing.status, missing.errors]).toEqual([2, expect.stringContaining('there is no file "/no/file"')]);
  });

  test("rank gives the same in several batches", async () => {
    const documents = Array.from({ length: 1030 }, (_, i) => (i % 103 === 0 ? "zebra" : "film")).join("\n");
    const args = ["rank", ...cpu, "--model", folder("ranker"), "--json", "good film"];
    const ranked = parsed<{ text: string; line: number; score: number }>((await run(args, [documents])).output);
    const lines = (text: string): number[] => ranked.filter((one) => one.text === text).map(({ line }) => line);
    expect(ranked.map(({ score }) => score)).toEqual(ranked.map(({ score }) => score).toSorted((a, b) => b - a));
    expect(lines("zebra").toSorted((a, b) => a - b)).toEqual(Array.from({ length: 10 }, (_, i) => 103 * i));
    expect(lines("film")).toHaveLength(1020);
  });

  test.each([
    [["ner", "--model", "entities"], lines],
    [["features", "--model", "masked"], lines],
    [["classify", "--model", "topic"], lines],
    [["rank", "--model", "ranker", "good film"], lines],
    [["fill-mask", "--model", "masked"], ["a [MASK]"]],
    [["answer", "--model", "questions", "a zebra?"], lines],
  ])("%j shows a count of lines on a terminal, unless results go there too, and removes it", async (args, input) => {
    const counted = async (isTTY: boolean): Promise<string> => {
      let errors = "";
      const stdin = (async function* () {
        yield* input;
      })();
      const status = await runCommandLine(
        [...args.map((arg, i) => (args[i - 1] === "--model" ? folder(arg) : arg)), ...cpu],
        {
          stdin,
          stdout: { write: () => {}, isTTY },
          stderr: { write: (text) => (errors += text), isTTY: true },
        },
      );
      expect(status).toBe(0);
      return errors;
    };
    expect(await counted(false)).toMatch(/^\r[12] lines, [\d.]+ a second \r {50}\r$/);
    expect(await counted(true)).toBe("");
  });
});

test("info describes a folder", async () => {
  const { status, output } = await run(["info", folder("topic")]);
  expect(status).toBe(0);
  expect(output).toMatch(/^architectures +BertForSequenceClassification$/m);
  expect(output).toMatch(/^vocabulary +22 tokens, uncased$/m);
  expect(output).toMatch(/^weights +41 tensors, [\d,]+ numbers, F32$/m);
  expect(output).toMatch(/^labels +bad, good, so-so$/m);
  expect(JSON.parse((await run(["info", "--json", "--model", folder("masked")])).output)).toMatchObject({
    layers: 2,
    "hidden size": 16,
  });
});

test("info states the problem of a classifier of texts, and none of a token classifier", async () => {
  const facts = async (name: string): Promise<object> =>
    JSON.parse((await run(["info", "--json", folder(name)])).output) as object;
  expect(await facts("topic")).toMatchObject({ labels: "bad, good, so-so", problem: "single-label" });
  const entities = await facts("entities");
  expect(entities).toHaveProperty("labels");
  expect(entities).not.toHaveProperty("problem");
});

describe("info describes what fromPretrained loads", () => {
  const info = async (name: string): Promise<unknown> => {
    const { status, output, errors } = await run(["info", "--json", name]);
    expect([errors, status]).toEqual(["", 0]);
    return JSON.parse(output);
  };

  test("a folder of google-research/bert, with bert_config.json", async () => {
    const model = tinyPretrainingModel();
    await saveTensorflowCheckpoint(folder("google"), model);
    expect(await info(folder("google"))).toMatchObject({
      layers: 2,
      "hidden size": 16,
      vocabulary: "22 tokens, uncased",
      weights: expect.stringMatching(/^\d+ tensors, [\d,]+ numbers, F32$/),
    });
    dispose(model);
  });

  test("a SavedModel, as on TF Hub", async () => {
    const path = fileURLToPath(new URL("../__fixtures__/model-garden/saved_model", import.meta.url));
    expect(await info(path)).toMatchObject({
      folder: path,
      layers: 2,
      weights: "40 tensors, 1,345 numbers, BOOL, F32",
    });
  });

  test("a repository of the hub, by its name", async () => {
    const model = tinyPretrainingModel();
    const hub = await loopbackHub(await filesOf(model));
    vi.stubEnv("HF_ENDPOINT", hub.endpoint);
    vi.stubEnv("HF_HUB_CACHE", folder("cache"));
    vi.stubEnv("HF_TOKEN", "");
    vi.stubEnv("HF_HUB_OFFLINE", "");
    try {
      expect(await info("owner/tiny")).toMatchObject({ folder: "owner/tiny", layers: 2, "hidden size": 16 });
      expect((await run(["info", "owner/none"])).status).toBe(2);
      await hub.close();
      const { status, errors } = await run(["info", "owner/other"]);
      expect(errors).toContain("Check the network or the endpoint");
      expect(status).toBe(1);
    } finally {
      vi.unstubAllEnvs();
      await hub.close();
      dispose(model);
    }
  });
});

test("--version prints the package's version", async () => {
  const file = fileURLToPath(new URL("../../package.json", import.meta.url));
  const { version } = JSON.parse(await readFile(file, "utf8")) as { version: string };
  expect(await run(["--version"])).toEqual({ status: 0, output: `${version}\n`, errors: "" });
});

test("--help lists the commands, and a command's options", async () => {
  const { status, output } = await run(["--help"]);
  expect(status).toBe(0);
  for (const { name } of commands) {
    expect(output).toContain(`\n  bertkit ${name} `);
    const help = await run([name, "--help"]);
    expect([help.status, help.output]).toEqual([0, expect.stringMatching(`^bertkit ${name}[: ]`)]);
    for (const line of help.output.split("\n")) expect(line.length, line).toBeLessThanOrEqual(120);
  }
  const fill = await run(["fill-mask", "-h"]);
  for (const option of ["--model FOLDER", "--top-k N", "--backend NAME", "--json"])
    expect(fill.output).toContain(`\n  ${option} `);
});

describe("a usage error prints one line and exits with 2", () => {
  test.each([
    [[], /name a command: fill-mask, classify, answer, info/],
    [["guess"], /there is no command "guess", only/],
    [["finetun"], /there is no command "finetun", only .*\. Did you mean finetune\?/],
    [
      ["finetune", "classify", "--epoch", "3"],
      /Unknown option '--epoch'\. Did you mean --epochs\? \(see bertkit finetune/,
    ],
    [["finetune", "classify", "--learning-rate", "3"], /Did you mean --rate\?/],
    [["pretrain", "x", "--steps", "-1"], /argument is ambiguous: write a value that begins with a dash as --steps=-…/],
    [
      ["classify", "--model", "x", "--encoding", "klingon"],
      /--encoding must be a label of the Encoding Standard, .*got "klingon"/,
    ],
    [
      ["predict", "--model", "x", "--data", "y", "--separator", ";;"],
      /--separator must be one character, or tab, got ";;"/,
    ],
    [["info", "--colour"], /Unknown option '--colour'/],
    [["info", "--model"], /'--model <value>' argument missing/],
    [["fill-mask", "--top-k", "0", "x"], /--top-k must be a whole number of at least 1, got "0"/],
    [["fill-mask", "--top-k", "many", "x"], /got "many"/],
    [["fill-mask", "--backend", "abacus", "x"], /--backend must be one of auto, .*, got "abacus"/],
    [["fill-mask", "a [MASK]"], /fill-mask needs --model FOLDER/],
    [["classify"], /classify needs --model FOLDER/],
    [["ner", "a"], /ner needs --model FOLDER/],
    [["ner", ...cpu, "--model", "x", "--aggregation", "last"], /--aggregation must be one of none, simple, first/],
    [["rank", ...cpu, "--model", "x"], /rank needs a QUERY/],
    [["rank", ...cpu, "--model", "x", "--top-k", "0", "a"], /--top-k must be a whole number of at least 1, got "0"/],
    [["features", "--model", "x", "--backend", "abacus"], /--backend must be one of auto/],
    [["features", "--colour"], /Unknown option '--colour'/],
    [["answer", "--model", "x"], /answer needs a QUESTION, and the text/],
    [["answer", "who?"], /answer needs --model FOLDER/],
    [["info"], /info needs one FOLDER/],
    [["info", "a", "--model", "b"], /info needs one FOLDER/],
    [["vocab", "a.txt", "--language", "de"], /Unknown option '--language'/],
    [["info", "/nowhere/at/all"], /there is no folder \/nowhere\/at\/all\. Name a folder, or a repository/],
    [
      ["classify", ...cpu, "--model", "/nowhere/at/all"],
      /there is no folder \/nowhere\/at\/all\. Name a folder, or a repository/,
    ],
  ])("%j", async (args, message) => {
    const { status, output, errors } = await run(args);
    expect([status, output]).toEqual([2, ""]);
    expect(errors).toMatch(message);
    expect(errors).toMatch(/^bertkit: [^\n]+\(see bertkit (?:[a-z-]+ )?--help\)\n$/);
  });

  test("a text without a mask", async () => {
    const { status, errors } = await run(["fill-mask", ...cpu, "--model", folder("masked"), "a film"]);
    expect([status, errors]).toEqual([
      2,
      `bertkit: the text has no [MASK], and there is no such file, got "a film". Put [MASK] in place of a word, or check the path (see bertkit fill-mask --help)\n`,
    ]);
    const line = await run(["fill-mask", ...cpu, "--model", folder("masked")], ["a film\n"]);
    expect([line.status, line.errors]).toEqual([
      2,
      `bertkit: the text has no [MASK], got "a film". Put [MASK] in place of a word (see bertkit fill-mask --help)\n`,
    ]);
    expect(tf.memory().numTensors).toBe(0);
  });
});

test("a failure prints one line and exits with 1", async () => {
  const { status, errors } = await run(["classify", ...cpu, "--model", folder("masked")], ["a text\n"]);
  expect(status).toBe(1);
  expect(errors).toMatch(/^bertkit: textClassification: the model has no classifier\.[^\n]+\n$/);
});

test("export-onnx writes a folder for ONNX runtimes", async () => {
  const { status, output, errors } = await run(["export-onnx", ...cpu, folder("topic"), folder("topic-onnx")]);
  expect([status, errors]).toEqual([0, ""]);
  expect(output).toMatch(/topic-onnx: onnx\/model\.onnx/);
  expect((await readdir(folder("topic-onnx"))).sort()).toEqual(
    ["config.json", "onnx", "special_tokens_map.json", "tokenizer.json", "tokenizer_config.json", "vocab.txt"].sort(),
  );
  expect((await stat(join(folder("topic-onnx"), "onnx/model.onnx"))).size).toBeGreaterThan(10_000);
  const bytes = await run(["export-onnx", ...cpu, "--dtype", "q8", "--json", folder("topic"), folder("topic-onnx")]);
  expect([bytes.status, JSON.parse(bytes.output)]).toEqual([0, { folder: folder("topic-onnx"), model: "onnx/model_quantized.onnx" }]); // prettier-ignore
  expect((await readdir(join(folder("topic-onnx"), "onnx"))).sort()).toEqual(["model.onnx", "model_quantized.onnx"]);
  const without = await run(["export-onnx", ...cpu, folder("topic")]);
  expect([without.status, without.errors]).toEqual([
    2,
    "bertkit: export-onnx needs a FOLDER and an output folder OUT (see bertkit export-onnx --help)\n",
  ]);
  const task = ["--task", "fill-mask"];
  const unfit = await run(["export-onnx", ...cpu, ...task, folder("topic"), folder("none")]);
  expect([unfit.status, unfit.errors]).toEqual([1, expect.stringContaining("the model has no maskedLm")]);
  expect((await run(["export-onnx", "--task", "guess", folder("topic"), folder("none")])).status).toBe(2);
});

describe.skipIf(process.platform === "win32")("--out keeps what is there", () => {
  const vocab = async (out: string): Promise<void> => {
    const { status, errors } = await run(["vocab", "--out", out, "--size", "40"], ["a good film\n"]);
    expect([status, errors]).toEqual([0, ""]);
  };
  const written = /^\[PAD\]\n\[UNK\]\n/;

  test("a symbolic link: its file is replaced, with the same permissions", async () => {
    await mkdir(folder("links"));
    await writeFile(folder("links/file"), "old");
    await chmod(folder("links/file"), 0o600);
    await symlink("file", folder("links/link"));
    await symlink("new", folder("links/to-nothing"));
    for (const [link, file] of [
      ["links/link", "links/file"],
      ["links/to-nothing", "links/new"],
    ] as const) {
      await vocab(folder(link));
      expect((await lstat(folder(link))).isSymbolicLink()).toBe(true);
      expect(await readFile(folder(file), "utf8")).toMatch(written);
    }
    expect((await stat(folder("links/file"))).mode & 0o777).toBe(0o600);
    expect((await readdir(folder("links"))).sort()).toEqual(["file", "link", "new", "to-nothing"]);
  });

  test("a pipe: its reader gets the result", async () => {
    expect(spawnSync("mkfifo", [folder("pipe")]).status).toBe(0);
    const read = readFile(folder("pipe"), "utf8");
    await vocab(folder("pipe"));
    expect((await lstat(folder("pipe"))).isFIFO()).toBe(true);
    expect(await read).toMatch(written);
  });

  test("a device", async ({ skip }) => {
    if (spawnSync("mknod", [folder("null"), "c", "1", "3"]).status !== 0) skip("only root can make devices");
    await vocab(folder("null"));
    expect((await lstat(folder("null"))).isCharacterDevice()).toBe(true);
  });
});

test("--out that cannot be written is an error before the model is loaded", async () => {
  await writeFile(folder("plain"), "");
  await mkdir(folder("read-only"), { mode: 0o500 });
  const predict = (out: string): Promise<Run> =>
    run(["predict", ...cpu, "--model", folder("no"), "--data", "no.csv", "--out", folder(out)]);
  expect((await predict("plain/x")).errors).toMatch(/plain.x is below a file, which is not a folder/);
  if (process.platform === "win32" || process.getuid?.() === 0) return; // permissions do not hold for them
  expect((await predict("read-only/new/x")).errors).toMatch(/read-only cannot be opened: permission is denied/);
});

test("the program itself reads standard input and sets the exit status", async () => {
  const program = fileURLToPath(new URL("cli.ts", import.meta.url));
  const start = (...args: string[]) =>
    spawn(process.execPath, ["--import", "tsx", program, ...args], { stdio: ["pipe", "pipe", "pipe"] });
  const child = start("classify", ...cpu, "--model", folder("topic"));
  let output = "";
  child.stdout.setEncoding("utf8").on("data", (text: string) => (output += text));
  child.stdin.end("a good film\n");
  expect(await new Promise((resolve) => child.on("close", resolve))).toBe(0);
  expect(output).toMatch(/^(bad|good|so-so) [01]\.\d{4}\ta good film\n$/);
  const wrong = start("guess");
  expect(await new Promise((resolve) => wrong.on("close", resolve))).toBe(2);
});

describe.skipIf(process.platform === "win32")("the program, when its output fails", () => {
  const program = fileURLToPath(new URL("cli.ts", import.meta.url));
  const shell = (redirection: string, ...args: string[]) =>
    spawnSync("bash", ["-c", `"$@" ${redirection}`, "-", process.execPath, "--import", "tsx", program, ...args], {
      encoding: "utf8",
    });

  test("a closed standard error does not stop the work", async () => {
    await writeFile(folder("words.csv"), "text\na good film\n");
    const args = ["predict", ...cpu, "--model", folder("topic"), "--data", folder("words.csv")];
    const { status } = shell("2> >(exec true)", ...args, "--out", folder("predicted"));
    expect(status).toBe(0);
    expect(await readFile(folder("predicted"), "utf8")).toMatch(/^\{.*"label":/);
  });

  test.skipIf(!existsSync("/dev/full"))("a full disk at standard output is named", () => {
    const { status, stderr } = shell("> /dev/full", "info", folder("topic"));
    expect([status, stderr]).toEqual([
      1,
      "bertkit: standard output cannot be written: the disk is full. Free some space.\n",
    ]);
  });
});

describe("a newcomer's mistakes", () => {
  const file = (name: string): string => join(directory, name);

  beforeAll(async () => {
    await writeFile(file("empty.txt"), "");
    await writeFile(file("words.txt"), "the film was good\nthe plot was bad\n");
    await writeFile(file("some-vocab.txt"), "[PAD]\n[UNK]\nthe\nthe\n");
  });

  test.each([
    [["vocab", "words.txt", "--out", "masked"], /--out is a folder: .*masked\. Name a file/],
    [["vocab", "words.txt", "--out", "empty.txt/vocab.txt"], /vocab\.txt is below a file, which is not a folder/],
    [
      ["predict", "--model", "topic", "--data", "words.txt", "--out", "masked"],
      /--out is a folder: .*masked\. Name a file/,
    ],
    [
      ["predict", "--model", "topic", "--data", "words.txt", "--as", "squad", "--out", "empty.txt"],
      /--out is a file: .*empty\.txt\. Name a folder/,
    ],
    [
      ["data", "words.txt", "--tokenizer", "masked", "--out", "empty.txt"],
      /empty\.txt is a file, not a folder\. Choose/,
    ],
    [
      ["data", "words.txt", "--tokenizer", "empty.txt", "--out", "shards"],
      /empty\.txt is empty\. Name a vocab\.txt, a/,
    ],
    [
      ["data", "words.txt", "--tokenizer", "some-vocab.txt", "--out", "shards"],
      /some-vocab\.txt: token 3 \(line 4\) is "the"/,
    ],
    [["data", "--tokenizer", "masked"], /there is no text, so there are no instances/],
    [["pretrain", "empty.txt", "--out", "run", ...cpu], /pretrain: there is no text in .*empty\.txt\. Check the files/],
    [["features", ...cpu, "--model", "masked", "masked"], /"[^"]*masked" is a folder, not a file/],
    [["classify", ...cpu, "--model", "masked", "words.txt"], /no classifier.*, or train one with bertkit finetune\./],
    [["info", "words.txt"], /words\.txt is a file, not a folder\. Name the folder that has the model's files/],
    [
      ["finetune", "classify", ...cpu, "--model", "masked", "--train", "reviews", "--out", "tuned"],
      /there is no file "reviews"/,
    ],
  ])("%j", async (args, message) => {
    const names = ["masked", "topic", "words.txt", "empty.txt", "empty.txt/vocab.txt", "some-vocab.txt", "shards", "run", "tuned"]; // prettier-ignore
    const { status, errors } = await run(args.map((arg) => (names.includes(arg) ? file(arg) : arg)));
    expect(errors).toMatch(message);
    expect(status).toBeGreaterThan(0);
  });

  test("standard input in another encoding", async () => {
    const stdin = (async function* () {
      yield Buffer.from("good film\ncaf\xe9\n", "latin1");
    })();
    let errors = "";
    const terminal = { stdin, stdout: { write: () => true }, stderr: { write: (text: string) => (errors += text) } };
    expect(await runCommandLine(["classify", ...cpu, "--model", folder("topic")], terminal)).toBe(2);
    expect(errors).toMatch(/line 2 of standard input is not utf-8 text\. Give --encoding windows-1252 or/);
  });
});
