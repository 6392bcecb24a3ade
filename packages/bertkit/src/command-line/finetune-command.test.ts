import { existsSync } from "node:fs";
import { copyFile, cp, mkdir, mkdtemp, readFile, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { dispose } from "@bertkit/nn";
import * as tf from "@tensorflow/tfjs-core";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { tinyClassifierModel, tinyPretrainingModel } from "../__fixtures__/tiny-model.ts";
import { fromPretrained } from "../model/from-pretrained.ts";
import { savePretrained } from "../model/save-pretrained.ts";
import { runCommandLine } from "./run-command-line.ts";

let directory: string;
const at = (name: string): string => join(directory, name);

beforeAll(async () => {
  await tf.setBackend("cpu");
  directory = await mkdtemp(join(tmpdir(), "bertkit-finetune-"));
  const model = tinyPretrainingModel();
  await savePretrained(at("base"), model);
  dispose(model);
});
afterAll(() => rm(directory, { recursive: true }));

interface Run {
  status: number;
  output: string;
  errors: string;
}

const run = (...args: string[]): Promise<Run> => runUntil(undefined, ...args);

/** Stops the command, as Ctrl-C does, when it prints a line that matches. */
async function runUntil(line: RegExp | undefined, ...args: string[]): Promise<Run> {
  let output = "";
  let errors = "";
  const status = await runCommandLine(args, {
    stdin: (async function* () {})(),
    stdout: { write: (text) => (output += text) },
    stderr: {
      write: (text) => {
        errors += text;
        if (line?.test(text as string)) process.emit("SIGINT");
      },
    },
  });
  return { status, output, errors };
}

async function file(name: string, text: string): Promise<string> {
  await writeFile(at(name), text);
  return at(name);
}

const cpu = ["--backend", "cpu"];
const quick = [...cpu, "--epochs", "8", "--batch", "4", "--rate", "0.01", "--length", "16"];
const longer = ["--epochs", "30", "--rate", "0.02"];
const finetune = (task: string, ...args: string[]): Promise<Run> =>
  run("finetune", task, "--model", at("base"), ...quick, ...args);
const lines = (text: string): Record<string, unknown>[] =>
  text
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line) as Record<string, unknown>);

const reviews = ["the film was good,praise", "the plot was bad,blame", "a very good plot,praise", "a bad film,blame"];

test("classify: from a csv to predictions", async () => {
  const train = await file("reviews.csv", `text,label\n${[...reviews, ...reviews, ...reviews].join("\n")}\n`);
  const trained = await finetune("classify", "--train", train, "--eval", train, "--out", at("topic"));
  expect(trained.errors).toMatch(/the text in "text", the label in "label"/);
  expect(trained.errors).toMatch(/2 labels \(single-label\): blame, praise/);
  expect(trained.errors).toMatch(/12 texts to train on, 12 held out/);
  expect(trained.errors).not.toContain("by chance");
  expect(trained.errors).toMatch(/^epoch 8\/8 {2}loss 0\.\d{4} {2}accuracy 1\.0000 {2}f1 1\.0000/m);
  expect(trained.output).toMatch(
    /^saved in .*topic, as of epoch \d: accuracy 1\.0000.*\nuse it: bertkit classify --model .*topic/,
  );
  expect(trained.status).toBe(0);
  expect((await readdir(at("topic"))).sort()).toEqual(
    [
      "README.md",
      "config.json",
      "model.safetensors",
      "special_tokens_map.json",
      "tokenizer.json",
      "tokenizer_config.json",
      "vocab.txt",
    ].sort(),
  );
  const card = await readFile(at("topic/README.md"), "utf8");
  expect(card).toMatch(/^---\nlibrary_name: bertkit\npipeline_tag: text-classification\n---\n/);
  expect(card).toMatch(/\| epoch \| loss \| accuracy \| f1 \| matthewsCorrelation \|\n\| --- \|/);
  const fresh = await file(
    "new.jsonl",
    '{"id": 7, "text": "the film was good"}\n{"id": 8, "text": "the plot was bad"}\n',
  );
  const predicted = await run("predict", ...cpu, "--model", at("topic"), "--data", fresh);
  expect(lines(predicted.output).map(({ id, label }) => [id, label])).toEqual([
    ["7", "praise"],
    ["8", "blame"],
  ]);
  const scored = await run("evaluate", ...cpu, "--model", at("topic"), "--data", train, "--json");
  expect(JSON.parse(scored.output)).toMatchObject({ texts: 12, accuracy: 1, f1: 1, matthewsCorrelation: 1 });
  const glue = await file("test.tsv", "index\tsentence\n0\tthe film was good\n1\tthe plot was bad\n");
  const submitted = await run(
    "predict",
    ...cpu,
    "--model",
    at("topic"),
    "--data",
    glue,
    "--glue",
    "SST-2",
    "--as",
    "glue",
  );
  expect(submitted.output).toBe("index\tprediction\n0\tpraise\n1\tblame\n");
  expect(tf.memory().numTensors).toBe(0);
});

test("a folder's model_max_length is the default of --length, which overrides it, and the trained length is saved", async () => {
  const model = tinyPretrainingModel();
  await savePretrained(at("short"), { ...model, maxLength: 10 });
  dispose(model);
  const train = await file("short.csv", `text,label\n${reviews.join("\n")}\n`);
  const args = ["--train", train, "--eval", train, ...cpu, "--epochs", "1"];
  await run("finetune", "classify", "--model", at("short"), ...args, "--out", at("short-10"));
  await run("finetune", "classify", "--model", at("short"), ...args, "--length", "9", "--out", at("short-9"));
  const info = async (name: string): Promise<unknown> => JSON.parse((await run("info", "--json", at(name))).output);
  expect(await info("short-10")).toMatchObject({ "longest text": "10 tokens" });
  expect(await info("short-9")).toMatchObject({ "longest text": "9 tokens" });
  const data = await file("long.jsonl", JSON.stringify({ text: "a very good plot , ".repeat(3) }));
  const scores = async (...length: string[]): Promise<unknown> =>
    lines((await run("predict", ...cpu, "--model", at("short-10"), "--data", data, ...length)).output);
  expect(await scores()).toEqual(await scores("--length", "10"));
  expect(await scores()).not.toEqual(await scores("--length", "16"));
});

test("evaluate and predict reject options that would be ignored", async () => {
  const data = await file("rows.csv", `text,label\n${reviews.join("\n")}\n`);
  const model = tinyClassifierModel();
  await savePretrained(at("classifier"), model);
  dispose(model);
  for (const command of ["evaluate", "predict"])
    for (const [options, message] of [
      [["--labels", "praise,blame"], /--labels has no effect on classify with .*rows\.csv\. Leave it out; options/],
      [["--problem", "regression"], /--problem has no effect on classify/],
      [["--scheme", "bare"], /--scheme has no effect on classify/],
      [["--glue", "CoLA", "--separator", ";"], /--separator has no effect .*rows\.csv as CoLA of GLUE\. Leave it out/],
      [["--null-answers"], /--null-answers is for questions, but the task of this model is classify/],
    ] as const) {
      const { status, output, errors } = await run(
        command,
        ...cpu,
        "--model",
        at("classifier"),
        "--data",
        data,
        ...options,
      );
      expect([status, output, errors]).toEqual([2, "", expect.stringMatching(message)]);
    }
  expect(tf.memory().numTensors).toBe(0);
});

test("classify: pairs with numbers, and a held-out fraction", async () => {
  const rows = [
    "good film\tgood plot\t0.9",
    "bad film\tgood plot\t0.1",
    "good plot\tgood film\t0.95",
    "good film\tbad plot\t0.15",
  ];
  const train = await file("pairs.tsv", `sentence1\tsentence2\tscore\n${[...rows, ...rows, ...rows].join("\n")}\n`);
  const trained = await finetune("classify", "--train", train, "--eval", "0.25", "--out", at("pairs"));
  expect(trained.errors).toMatch(/the labels are numbers \(regression\)\n9 texts to train on, 3 held out/);
  expect(trained.errors).toContain(
    "with only 3 held out, the best epoch is chosen almost by chance, and may be the first. Hold out more, or give a file, with --eval\n",
  );
  expect(trained.errors).toMatch(/epoch 8\/8 .*pearson -?\d\.\d{4} {2}spearman .*meanSquaredError/);
  const predicted = await run("predict", ...cpu, "--model", at("pairs"), "--data", train);
  const numbers = lines(predicted.output).map(({ label }) => label as number);
  expect(numbers).toHaveLength(12);
  expect(numbers[0]).toBeGreaterThan(numbers[1]!);
});

test("classify: several labels, one column each", async () => {
  const rows = ["good film,1,0", "bad plot,0,1", "good plot,1,1", "bad film,0,0"];
  const train = await file("tags.csv", `text,nice,story\n${[...rows, ...rows, ...rows].join("\n")}\n`);
  const labels = ["--label", "nice,story"];
  const trained = await finetune(
    "classify",
    "--train",
    train,
    "--eval",
    train,
    "--out",
    at("tags"),
    "--epochs",
    "16",
    ...labels,
  );
  expect(trained.errors).toMatch(/2 labels \(multi-label\): nice, story/);
  const predicted = await run("predict", ...cpu, "--model", at("tags"), "--data", train, ...labels);
  expect(
    lines(predicted.output)
      .slice(0, 4)
      .map(({ label }) => label),
  ).toEqual([["nice"], ["story"], ["nice", "story"], []]);
});

test("ner: from CoNLL to CoNLL", async () => {
  const sentence = "the\tO\nzebra\tB-ANIMAL\nwas\tO\nvery\tO\ngood\tO\n\na\tO\neclair\tB-FOOD\nwas\tO\nbad\tO\n\n";
  const train = await file("words.conll", sentence.repeat(4));
  const trained = await finetune("ner", "--train", train, "--eval", train, "--epochs", "6", "--out", at("ner"));
  expect(trained.errors).toMatch(/tags: O, B-ANIMAL, I-ANIMAL, B-FOOD, I-FOOD/);
  expect(trained.errors).toMatch(/epoch 6\/6 .*precision \d.*recall \d.*f1 \d.*accuracy 0\.[7-9]/);
  const predicted = await run("predict", ...cpu, "--model", at("ner"), "--data", train, "--as", "conll");
  const words = (text: string): string[] => text.split("\n").map((line) => line.split("\t")[0]!);
  expect(words(predicted.output)).toEqual(words(sentence.repeat(4)));
  expect(predicted.output.match(/\t(O|[BI]-(ANIMAL|FOOD))\n/g)).toHaveLength(36);
  expect(predicted.errors).not.toContain("beyond");
  const long = await file("long.conll", `${"good\tO\n".repeat(9)}\n`);
  const short = await run("predict", ...cpu, "--model", at("ner"), "--data", long, "--length", "8");
  expect(short.errors).toContain("3 words are beyond the first 8 tokens of their sentences, and are tagged O.");
});

test("answer: from SQuAD to SQuAD's files", async () => {
  const question = (id: string, context: string, text: string) => ({
    context,
    qas: [{ id, question: "was it good?", answers: [{ text, answer_start: context.indexOf(text) }] }],
  });
  const paragraphs = [question("a", "the film was good", "film"), question("b", "the plot was good", "plot")];
  const none = { context: "very bad", qas: [{ id: "c", question: "was it good?", answers: [], is_impossible: true }] };
  const data = JSON.stringify({ data: [{ paragraphs: [...paragraphs, none] }] });
  const train = await file("questions.json", data);
  const trained = await finetune(
    "answer",
    "--train",
    train,
    "--eval",
    train,
    "--out",
    at("answers"),
    "--epochs",
    "30",
    "--batch",
    "3",
  );
  expect(trained.errors).toMatch(/"no answer" is an answer/);
  expect(trained.errors).toMatch(/epoch 30\/30 .*exactMatch 1\.0000 {2}f1 1\.0000 {2}bestF1 1\.0000/);
  const written = await run(
    "predict",
    ...cpu,
    "--model",
    at("answers"),
    "--data",
    train,
    "--null-answers",
    "--as",
    "squad",
    "--out",
    at("squad"),
  );
  expect(written.status).toBe(0);
  expect(JSON.parse(await readFile(at("squad/predictions.json"), "utf8"))).toEqual({ a: "film", b: "plot", c: "" });
  const odds = JSON.parse(await readFile(at("squad/null_odds.json"), "utf8")) as Record<string, number>;
  expect([odds["a"]! < 0, odds["c"]! > 0]).toEqual([true, true]);
});

test("choose: SWAG's columns, saved and loaded as BertForMultipleChoice", async () => {
  const rows = [
    "a film,it was,good,bad,0",
    "a film,it was,bad,good,1",
    "the plot,it was,bad,good,1",
    "the plot,it was,good,bad,0",
  ];
  const train = await file("swag.csv", `sent1,sent2,ending0,ending1,label\n${rows.join("\n")}\n`);
  const trained = await finetune("choose", "--train", train, "--eval", train, "--out", at("choices"), "--epochs", "12");
  expect(trained.errors).toMatch(/epoch 12\/12 .*accuracy 1\.0000/);
  const config = JSON.parse(await readFile(at("choices/config.json"), "utf8")) as { architectures: string[] };
  expect(config.architectures).toEqual(["BertForMultipleChoice"]);
  const predicted = await run("predict", ...cpu, "--model", at("choices"), "--data", train);
  expect(lines(predicted.output).map(({ choice }) => choice as string)).toEqual(["good", "good", "good", "good"]);
  const loaded = await fromPretrained(at("choices"));
  expect([loaded.multipleChoice?.dense.kernel.shape, loaded.classifier]).toEqual([[16, 1], undefined]);
  loaded.dispose();
});

test("rank: from rows of query and document to a cross-encoder", async () => {
  const rows = [
    "a film,the film was bad,0",
    "a film,the film was good,1",
    "the plot,a good plot,1",
    "the plot,a bad plot,0",
  ];
  const train = await file("ranking.csv", `query,document,relevance\n${rows.join("\n")}\n`);
  const trained = await finetune("rank", "--train", train, "--eval", train, "--out", at("rank"), ...longer);
  expect(trained.errors).toMatch(/the text in "query" and "document", the label in "relevance"/);
  expect(trained.errors).toMatch(/4 documents for 2 queries\n2 queries to train on, 2 held out/);
  expect(trained.errors).toMatch(/^epoch 30\/30 {2}loss 0\.\d{4} {2}ndcg \d\.\d{4} {2}mrr \d\.\d{4}$/m);
  expect(trained.output).toMatch(/as of epoch \d+: ndcg 1\.0000 {2}mrr 1\.0000\n/);
  expect(trained.output).toMatch(/use it: bertkit rank --model .*rank "a query"/);
  expect(await readFile(at("rank/README.md"), "utf8")).toMatch(/pipeline_tag: text-ranking[^]*\| ndcg \| mrr \|/);
  const predicted = await run("predict", ...cpu, "--model", at("rank"), "--data", train);
  expect(lines(predicted.output).map(({ query, document }) => [query, document])).toEqual([
    ["a film", "the film was good"],
    ["a film", "the film was bad"],
    ["the plot", "a good plot"],
    ["the plot", "a bad plot"],
  ]);
  const scored = await run("evaluate", ...cpu, "--model", at("rank"), "--data", train, "--json");
  expect(JSON.parse(scored.output)).toEqual({ queries: 2, ndcg: 1, mrr: 1 });
  const again = await finetune("rank", "--train", train, "--eval", train, "--out", at("rank-frozen"), "--frozen");
  expect(again.errors).toMatch(/ 17 trainable parameters/);
  const wrong = await file("wrong-ranking.csv", "query,document,relevance\ngood film,a bad plot,3\n");
  const refused = await finetune("rank", "--train", wrong, "--out", at("no-rank"));
  expect(refused.errors).toMatch(/wrong-ranking\.csv, line 2.*: expected a relevance from 0 to 1, got 3/);
  expect(existsSync(at("no-rank"))).toBe(false);
});

test("embed: from pairs with a score to vectors", async () => {
  const rows = [
    "good film\tgood plot\t4",
    "good film\tbad plot\t1",
    "bad plot\tbad film\t5",
    "the zebra\tthe eclair\t0",
  ];
  const train = await file("similar.tsv", `sentence1\tsentence2\tscore\n${rows.join("\n")}\n`);
  const trained = await finetune("embed", "--train", train, "--eval", train, "--out", at("embed"), ...longer);
  expect(trained.errors).toMatch(/pairs with similarity scores \(CoSENT\)\n4 pairs to train on, 4 held out/);
  expect(trained.output).toMatch(/as of epoch \d+: spearman 1\.0000 {2}pearson 0\.\d{4}\n/);
  expect(trained.output).toMatch(/use it: bertkit features --model/);
  expect(await readFile(at("embed/README.md"), "utf8")).toMatch(/pipeline_tag: sentence-similarity/);
  expect(JSON.parse(await readFile(at("embed/sentence_bert_config.json"), "utf8"))).toEqual({
    max_seq_length: 16,
    do_lower_case: false,
  });
  const scored = await run("evaluate", ...cpu, "--model", at("embed"), "--data", train, "--json");
  expect(JSON.parse(scored.output)).toMatchObject({ pairs: 4, spearman: 1 });
  const base = await run("evaluate", ...cpu, "--model", at("base"), "--data", train, "--json", "--task", "embed");
  expect((JSON.parse(base.output) as { spearman: number }).spearman).toBeLessThan(1);
  const predicted = await run("predict", ...cpu, "--model", at("embed"), "--data", train);
  const cosines = lines(predicted.output).map(({ cosine }) => cosine as number);
  expect(cosines.toSorted((a, b) => b - a)).toEqual([cosines[2], cosines[0], cosines[1], cosines[3]]);
});

test("embed puts the folder's default prompt before every text, and prints the texts without it", async () => {
  const prompts = { prompts: { query: "the bad " }, default_prompt_name: "query" };
  await cp(at("embed"), at("prompted"), { recursive: true });
  await writeFile(at("prompted/config_sentence_transformers.json"), JSON.stringify(prompts));
  const vectorOf = async (folder: string, text: string): Promise<{ text: string; vector: number[] }> => {
    const data = await file("prompt.jsonl", `${JSON.stringify({ text })}\n`);
    const { output } = await run("predict", ...cpu, "--model", at(folder), "--data", data, "--task", "embed");
    return lines(output)[0] as { text: string; vector: number[] };
  };
  const prompted = await vectorOf("prompted", "plot");
  expect(prompted.text).toBe("plot");
  expect(prompted.vector).toEqual((await vectorOf("embed", "the bad plot")).vector);
  expect(prompted.vector).not.toEqual((await vectorOf("embed", "plot")).vector);
});

test("embed: matching pairs without a score, and the error for --frozen", async () => {
  const rows = ["good film,good film !", "bad plot,bad plot !", "a zebra,a zebra !", "the eclair,the eclair !"];
  const train = await file("belong.csv", `anchor,positive\n${rows.join("\n")}\n`);
  const trained = await finetune("embed", "--train", train, "--eval", train, "--out", at("belong"), ...longer);
  expect(trained.errors).toMatch(/\(multiple negatives ranking\)/);
  expect(trained.output).toMatch(/as of epoch \d+: mrr 1\.0000 {2}accuracy 1\.0000\n/);
  const single = await file("single.jsonl", '{"text": "good film"}\n');
  const predicted = await run("predict", ...cpu, "--model", at("belong"), "--data", single);
  expect(lines(predicted.output)[0]!["vector"]).toHaveLength(16);
  const { status, errors } = await finetune("embed", "--train", train, "--out", at("no"), "--frozen");
  expect([status, errors]).toEqual([2, expect.stringContaining("leave out --frozen")]);
});

test("--frozen also trains a pooler that the model did not have", async () => {
  const tagged = await file("one.conll", "the\tO\nzebra\tB-ANIMAL\n\na\tO\neclair\tO\n\n");
  const once = ["--epochs", "1"];
  expect((await finetune("ner", "--train", tagged, "--eval", tagged, "--out", at("unpooled"), ...once)).status).toBe(0);
  const train = await file("few.csv", `text,label\n${reviews.join("\n")}\n`);
  const ranking = await file("few-ranked.csv", "query,document,relevance\na film,bad,0\na film,good,1\n");
  const choices = await file("few-choices.csv", "sent1,sent2,ending0,ending1,label\na film,it was,good,bad,0\n");
  const pooler = 16 * 16 + 16;
  for (const [task, data, head] of [
    ["classify", train, 2 * 16 + 2],
    ["rank", ranking, 16 + 1],
    ["choose", choices, 16 + 1],
  ] as const) {
    const given = ["--train", data, "--eval", data, "--frozen", ...once];
    const pooled = await finetune(task, ...given, "--out", at(`${task} pooled`));
    expect(pooled.errors).toContain(` ${head} trainable parameters`);
    const unpooled = await finetune(task, ...given, "--model", at("unpooled"), "--out", at(`${task} unpooled`));
    expect(unpooled.errors).toContain(` ${head + pooler} trainable parameters`);
    expect(unpooled.status).toBe(0);
  }
});

describe("a usage error prints one line and exits with 2", () => {
  test.each([
    [["finetune"], /finetune needs one TASK: classify, ner, answer, choose, rank, embed \(/],
    [["finetune", "text-classification"], /got "text-classification"\. Did you mean classify\?/],
    [["finetune", "question-answring"], /got "question-answring"\. Did you mean answer\?/],
    [["finetune", "clasisfy"], /got "clasisfy"\. Did you mean classify\?/],
    [["finetune", "translate"], /got "translate" \(/],
    [["finetune", "classify", "ner"], /got "classify ner" \(/],
    [["finetune", "guess"], /got "guess"/],
    [["finetune", "ner"], /finetune needs --model FOLDER/],
    [
      ["finetune", "ner", "--model", "m", "--train", "t", "--out", "o", "--epochs", "0"],
      /--epochs must be a whole number of at least 1, got "0"/,
    ],
    [
      ["finetune", "ner", "--model", "m", "--train", "t", "--out", "o", "--seed", "9007199254740991"],
      /--seed must be a whole number from 0 to 9000000000000, got "9007199254740991"/,
    ],
    [["finetune", "ner", "--model", "m", "--train", "t", "--out", "o", "--rate", "fast"], /--rate must be a number/],
    [
      ["finetune", "embed", "--model", "m", "--train", "t.csv", "--out", "o", "--batch", "1"],
      /embed compares the pairs of a batch: --batch must be at least 2/,
    ],
    [["finetune", "ner", "--colour"], /Unknown option '--colour'/],
    [["evaluate", "--model", "x"], /evaluate needs --data FILE/],
    [["evaluate", "--model", "x", "--data", "y", "--glue", "SST"], /--glue must be one of CoLA/],
    [["predict", "--model", "x", "--data", "y", "--as", "squad"], /name a folder with --out/],
    [["predict", "--model", "x", "--data", "y", "z.csv"], /predict --data reads one FILE, got also "z\.csv"/],
    [["evaluate", "--model", "x", "--data", "y", "z"], /evaluate --data reads one FILE, got also "z"/],
    [
      ["evaluate", "--model", "x", "--data", "y", "--null-threshold", "3"],
      /--null-threshold .* needs --null-answers\. Give both/,
    ],
    [
      ["finetune", "ner", "--model", "m", "--train", "t.conll", "--out", "o", "--separator", ";"],
      /--separator has no effect on ner with t\.conll\. Leave it out; options for this are --scheme, --labels/,
    ],
    [["predict", "--model", "x", "--data", "y", "--label", "a,,b"], /--label has an empty name/],
  ])("%j", async (args, message) => {
    const { status, output, errors } = await run(...args);
    expect([status, output]).toEqual([2, ""]);
    expect(errors).toMatch(message);
  });
});

describe("errors in a file name the position", () => {
  test.each([
    [
      "a.csv",
      "words,label\ngood,x\n",
      /a\.csv, line 2: .*--text is needed: there is no "text", the columns are words, label/,
    ],
    [
      "b.csv",
      "text,other\ngood,x\n",
      /b\.csv, line 2: --label is needed: there is no column of labels, the columns are text, other/,
    ],
    ["semicolons.csv", "text;label\ngood;x\n", /The columns look separated by ";": give --separator ";"\./],
    ["both.csv", "text;label\ngood, yes;x\n", /line 2: .*The columns look separated by ";": give --separator ";"\./],
    ["tabs.csv", "text\tlabel\ngood\tx\n", /The columns look separated by "\\t": give --separator tab\./],
    [
      "headless.csv",
      "a fine day,good\na bad thing,bad\n",
      /the columns are a fine day, good\. Use one of these; if they are the first row, write a line/,
    ],
    ["padded.csv", "text, label\ngood,x\n", /the columns are text, " label"\./],
    ["empty.csv", "text,label\ngood,x\nbad,\n", /empty\.csv, line 3: the label is empty\. Give the row a label, or/],
    ["blank.csv", "text,label\ngood,x\nbad,  \n", /blank\.csv, line 3: the label is empty\./],
    ["none.csv", "text,label\ngood,\nbad,\n", /none\.csv, line 2: no row has a label\. Give every row one\./],
    [
      "none.json",
      '[{"text":"good","label":"x"},{"text":"bad","label":" "}]',
      /none\.json, row 2: the label is empty\./,
    ],
    ["c.csv", "text,label\n", /c\.csv has no texts\. Give a file with some/],
    ["e.csv", "text,label\ngood,x\nbad,x\n", /e\.csv: every text has the label "x"\. Give texts of two labels or more/],
    ["d.txt", "text\n", /the format of ".*d\.txt" is unknown/],
  ])("%s", async (name, text, message) => {
    const train = await file(name, text);
    const { status, errors } = await finetune(
      "classify",
      "--train",
      train,
      "--out",
      at(`${name}-out`),
      "--problem",
      "single-label",
    );
    expect(errors).toMatch(message);
    expect(status).toBeGreaterThan(0);
    expect(existsSync(at(`${name}-out`))).toBe(false);
  });
});

describe("a model is not replaced", () => {
  const bytesOf = async (folder: string): Promise<string[]> =>
    Promise.all(
      (await readdir(folder)).sort().map(async (name) => `${name} ${await readFile(join(folder, name), "hex")}`),
    );

  test("if it is the one to start from", async () => {
    const train = await file("again.csv", `text,label\n${reviews.join("\n")}\n`);
    const before = await bytesOf(at("base"));
    for (const fresh of [[], ["--fresh"]]) {
      const { status, errors } = await finetune("classify", "--train", train, "--out", join(at("base"), "."), ...fresh);
      expect([status, errors]).toEqual([2, expect.stringMatching(/--out is the folder of --model.*Choose another/)]);
    }
    expect(await bytesOf(at("base"))).toEqual(before);
  });

  test("without --fresh", async () => {
    const train = await file("other.csv", `text,label\n${reviews.join("\n")}\n`);
    const model = tinyPretrainingModel();
    await savePretrained(at("my model"), model);
    dispose(model);
    const before = await bytesOf(at("my model"));
    const args = ["classify", "--train", train, "--eval", train, "--out", at("my model"), "--epochs", "1"] as const;
    const { status, errors } = await finetune(...args);
    expect([status, errors]).toEqual([
      1,
      expect.stringMatching(/my model has a model already, config\.json\. .*replace it \(--fresh\)/),
    ]);
    expect(await bytesOf(at("my model"))).toEqual(before);
    const replaced = await finetune(...args, "--fresh");
    expect([replaced.status, replaced.errors]).toEqual([0, expect.any(String)]);
    expect(replaced.output).toMatch(/use it: bertkit classify --model ".*my model" < lines\.txt/);
  });
});

describe("a stopped run", () => {
  const rows = [...reviews, ...reviews, ...reviews];
  const stopped = (...args: string[]): Promise<Run> =>
    runUntil(/^epoch 2\/8/, "finetune", "classify", "--model", at("base"), ...quick, ...args);

  test("resumes with the same options, and ends with the same bits", async () => {
    const train = await file("stopped.csv", `text,label\n${rows.join("\n")}\n`);
    const given = ["--train", train, "--patience", "9", "--labels", "praise,blame"];
    const whole = await finetune("classify", ...given, "--out", at("undisturbed"));
    expect([whole.status, whole.errors]).toEqual([0, expect.stringMatching(/^epoch 8\/8/m)]);
    const part = await stopped(...given, "--out", at("stopped"));
    expect([part.status, part.output]).toEqual([130, ""]);
    const resumed = await finetune("classify", ...given, "--out", at("stopped"));
    expect([resumed.status, resumed.errors]).toEqual([0, expect.stringMatching(/resuming after epoch 2 of 8/)]);
    const weights = (folder: string): Promise<Buffer> => readFile(at(`${folder}/model.safetensors`));
    expect((await weights("stopped")).equals(await weights("undisturbed"))).toBe(true);
  });

  test("is discarded by --fresh, which the message about how to resume leaves out", async () => {
    const train = await file("again.csv", `text,label\n${rows.join("\n")}\n`);
    const given = ["--train", train, "--out", at("again")];
    const said = vi.spyOn(process.stdout, "write").mockReturnValue(true);
    try {
      await stopped(...given);
      expect(said.mock.lastCall?.[0]).toMatch(/epoch 2 of 8.*\. The same command resumes from there\.\n$/);
      await stopped(...given, "--fresh");
      expect(said.mock.lastCall?.[0]).toMatch(
        /epoch 2 of 8.*\. The same command without --fresh resumes from there\.\n$/,
      );
    } finally {
      said.mockRestore();
    }
    const resumed = await finetune("classify", ...given);
    expect([resumed.status, resumed.errors]).toEqual([0, expect.stringMatching(/resuming after epoch 2 of 8/)]);
  });

  test("resumes also if it was killed after it wrote its model and its card", async () => {
    const train = await file("ended.csv", `text,label\n${rows.join("\n")}\n`);
    const given = ["--train", train, "--out", at("ended")];
    const state = "ended/fine-tuning.safetensors";
    expect((await stopped(...given)).status).toBe(130);
    await copyFile(at(state), at("kept"));
    expect((await finetune("classify", ...given)).status).toBe(0);
    expect(existsSync(at(state))).toBe(false);
    await copyFile(at("kept"), at(state));
    const resumed = await finetune("classify", ...given);
    expect([resumed.status, resumed.errors]).toEqual([0, expect.stringMatching(/resuming after epoch 2 of 8/)]);
  });

  test("does not resume with an option more, less or changed, nor with other examples", async () => {
    const train = await file("changing.csv", `text,label\n${rows.join("\n")}\n`);
    const given = ["--train", train, "--out", at("changing"), "--encoding", "utf-8"];
    expect((await stopped(...given)).status).toBe(130);
    const without = given.slice(0, -2);
    for (const [args, difference] of [
      [[...given, "--rate", "0.3"], "rate was 0.01, now it is 0.3"],
      [[...given, "--labels", "praise,blame"], 'labels was not set, now it is ["praise","blame"]'],
      [[...given, "--label", "label"], 'label was not set, now it is ["label"]'],
      [[...given, "--text", "text"], 'text was not set, now it is "text"'],
      [[...given, "--problem", "single-label"], 'problem was not set, now it is "single-label"'],
      [[...given, "--patience", "2"], "patience was not set, now it is 2"],
      [without, 'encoding was "utf-8", now it is not set'],
    ] as const) {
      const { status, errors } = await finetune("classify", ...args);
      expect([status, errors]).toEqual([2, expect.stringContaining(`has an interrupted run with other settings: ${difference}. Run its command`)]); // prettier-ignore
    }
    await file("changing.csv", `text,label\n${rows.toReversed().join("\n")}\na long film,mixed\n`);
    const { status, errors } = await finetune("classify", ...given);
    expect([status, errors]).toEqual([2, expect.stringMatching(/SHA-256 of the training examples was "\w{16}", now it is "\w{16}".*labels of the head was \["blame","praise"\], now it is \["blame","mixed","praise"\]\. Run its command/)]); // prettier-ignore
    await file("changing.csv", `text,label\n${rows.join("\n")}\n`);
    expect((await finetune("classify", ...given)).status).toBe(0);
  });

  test("does not resume if the folder of --model has another model now", async () => {
    const train = await file("rebased.csv", `text,label\n${rows.join("\n")}\n`);
    const given = ["--train", train, "--model", at("rebased"), "--out", at("of another")];
    await cp(at("base"), at("rebased"), { recursive: true });
    expect((await stopped(...given)).status).toBe(130);
    const weights = await readFile(at("base/model.safetensors"));
    const other = Buffer.from(weights);
    other[other.length - 1]! ^= 1; // one bit of one weight
    await writeFile(at("rebased/model.safetensors"), other);
    const { status, errors } = await finetune("classify", ...given);
    expect([status, errors]).toEqual([
      2,
      expect.stringMatching(
        /SHA-256 of the base model was "\w{16}", now it is "\w{16}"\. Run its .* another folder, or start again \(--fresh\)\. \(see/,
      ),
    ]);
    await writeFile(at("rebased/model.safetensors"), weights);
    expect((await finetune("classify", ...given)).status).toBe(0);
  });
});

test("a README.md, or weights, that the run did not write are not replaced without --fresh", async () => {
  const train = await file("project.csv", `text,label\n${reviews.join("\n")}\n`);
  const args = ["classify", "--train", train, "--eval", train, "--epochs", "1", "--out"] as const;
  for (const [name, message] of [
    [
      "README.md",
      /project has a README\.md, which would be replaced\. Choose another folder, or replace it \(--fresh\)\.$/m,
    ],
    ["model.safetensors", /project has a model already, model\.safetensors\. Choose another folder/],
  ] as const) {
    await mkdir(at("project"));
    await writeFile(at(`project/${name}`), "mine");
    const { status, errors } = await finetune(...args, at("project"));
    expect([status, errors]).toEqual([1, expect.stringMatching(message)]);
    expect(await readFile(at(`project/${name}`), "utf8")).toBe("mine");
    expect(await readdir(at("project"))).toEqual([name]);
    expect((await finetune(...args, at("project"), "--fresh")).status).toBe(0);
    expect(await readFile(at("project/README.md"), "utf8")).toMatch(/^---\nlibrary_name: bertkit/);
    await rm(at("project"), { recursive: true });
  }
});

test("--help starts with an example", async () => {
  for (const command of ["finetune", "evaluate", "predict"]) {
    const { status, output } = await run(command, "--help");
    expect(status).toBe(0);
    expect(output).toMatch(new RegExp(`^bertkit ${command}.*\n\n  bertkit ${command} .*--model `));
    expect(Math.max(...output.split("\n").map((line) => line.length))).toBeLessThanOrEqual(120);
  }
});

describe("labels", () => {
  const short = ["--epochs", "1"];

  test("white space around a label is removed", async () => {
    const rows = [
      "the film was good, praise",
      "the plot was bad,blame ",
      "a very good plot,praise",
      "a bad film,blame",
    ];
    const train = await file("spaces.csv", `text,label\n${rows.join("\n")}\n`);
    const { errors } = await finetune("classify", "--train", train, "--eval", train, ...short, "--out", at("spaces"));
    expect(errors).toMatch(/2 labels \(single-label\): blame, praise\n/);
    const named = ["--labels", "praise, blame", "--out", at("named spaces")];
    const again = await finetune("classify", "--train", train, "--eval", train, ...short, ...named);
    expect(again.errors).toMatch(/2 labels \(single-label\): praise, blame\n/);
  });

  test("a label that only the evaluation file has is named, with its row", async () => {
    const train = await file("few.csv", `text,label\n${reviews.join("\n")}\n`);
    const other = await file("more.csv", `text,label\n${reviews.join("\n")}\na long film,mixed\n`);
    const { status, errors } = await finetune("classify", "--train", train, "--eval", other, "--out", at("few"));
    expect([status, errors]).toEqual([
      1,
      expect.stringMatching(/more\.csv, line 6: no label is called "mixed"; the labels are blame, praise\. Correct/),
    ]);
  });

  test("an empty number is an error, not a class", async () => {
    const train = await file("numbers.csv", "text,score\ngood,0.5\nbad,\n");
    const { status, errors } = await finetune("classify", "--train", train, "--out", at("numbers"));
    expect([status, errors]).toEqual([1, expect.stringMatching(/numbers\.csv, line 3: expected a number for a label/)]);
  });
});

test.each([
  ["classify", ["--label", "lbl"], /--label names "lbl", the columns are text, label\./],
  ["classify", ["--label", "label,lbl"], /--label names "lbl", the columns are text, label\./],
  ["classify", ["--text", "txt"], /--text names "txt", the columns are text, label\./],
  ["classify", ["--pair", "other"], /--pair names "other", the columns are text, label\./],
  ["embed", [], /--pair is needed: there is no column for the second text, the columns are text, label\./],
  ["rank", [], /--pair is needed: there is no column for the second text, the columns are text, label\./],
  ["rank", ["--pair", "label"], /line 2: expected a number for a label, got "praise"\. Name the column of relevances/],
  ["choose", [], /--text is needed: there is no "context", the columns are text, label\./],
  ["answer", ["--format", "csv"], /there is no "question", the columns are text, label\./],
  ["answer", ["--text", "paragraph"], /--text names "paragraph", the columns are text, label\./],
])("finetune %s %j lists the columns", async (task, options, message) => {
  const train = await file("columns.csv", `text,label\n${reviews.join("\n")}\n`);
  const { status, errors } = await finetune(task, "--train", train, "--out", at("columns"), ...options);
  expect([status, errors]).toEqual([1, expect.stringMatching(message)]);
});

test("tables with another separator and encoding are read", async () => {
  const rows = [
    "le film était bon;éloge",
    '"l\'intrigue; mauvaise";blâme',
    "bonne intrigue;éloge",
    "un mauvais film;blâme",
  ];
  await writeFile(at("excel.csv"), Buffer.from(`text;label\n${rows.join("\n")}\n`, "latin1"));
  const given = ["--train", at("excel.csv"), "--eval", at("excel.csv"), "--epochs", "1"];
  const plain = await finetune("classify", ...given, "--out", at("excel"));
  expect([plain.status, plain.errors]).toEqual([
    1,
    expect.stringMatching(
      /excel\.csv, line 2: the bytes are not utf-8 text\. Give --encoding windows-1252 or the file's encoding/,
    ),
  ]);
  const cured = await finetune("classify", ...given, "--encoding", "latin1", "--separator", ";", "--out", at("excel"));
  expect(cured.errors).toMatch(/2 labels \(single-label\): blâme, éloge\n4 texts to train on/);
  expect(cured.status).toBe(0);
  const scored = await run("evaluate", ...cpu, "--model", at("excel"), "--data", at("excel.csv"), "--encoding", "latin1", "--separator", ";"); // prettier-ignore
  expect([scored.status, scored.output]).toEqual([0, expect.stringMatching(/^4 texts {2}accuracy/)]);
  const tabs = await file("quoted.tsv", 'text\tlabel\n"a ""good"" film"\tpraise\n');
  const predicted = await run("predict", ...cpu, "--model", at("excel"), "--data", tabs, "--separator", "tab");
  expect(lines(predicted.output)[0]).toMatchObject({ text: 'a "good" film' });
});

test("--out that is a file, and --model that is a file", async () => {
  const train = await file("small.csv", `text,label\n${reviews.join("\n")}\n`);
  const out = await finetune("classify", "--train", train, "--out", train);
  expect([out.status, out.errors]).toEqual([1, `bertkit: ${train} is a file, not a folder. Choose another folder.\n`]);
  const below = await finetune("classify", "--train", train, "--out", join(train, "model"));
  expect(below.errors).toBe(`bertkit: ${train}/model is below a file, which is not a folder. Choose another folder.\n`);
  expect(await readFile(train, "utf8")).toBe(`text,label\n${reviews.join("\n")}\n`);
  for (const args of [
    ["finetune", "classify", "--train", train, "--out", at("o")],
    ["classify"],
    ["evaluate", "--data", train],
  ]) {
    const model = await run(...args, ...cpu, "--model", train);
    expect([model.status, model.errors]).toEqual([2, expect.stringContaining(`${train} is a file, not a folder. Name the folder that has the model's files.`)]); // prettier-ignore
  }
});
