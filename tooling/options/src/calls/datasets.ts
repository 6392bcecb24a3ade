import * as datasets from "@bertkit/datasets";
import type { Call, Calls } from "../call.ts";
import { offline } from "../fixtures.ts";

const items = (): datasets.Dataset<number> => datasets.Dataset.from([1, 2, 3, 4]);
const jsonl = (row: object): string => `${JSON.stringify(row)}\n`;
function reader<Options extends object>(read: (source: string, options?: Options) => unknown, text: string): Call {
  return { call: (options) => read(text, options) };
}

export const datasetsCalls: Calls = {
  "@bertkit/datasets: batch(options)": { call: (options) => datasets.batch([1, 2, 3], 2, options) },
  "@bertkit/datasets: bucketByLength(options)": {
    call: (options) => datasets.bucketByLength([1, 2, 3], options),
    required: () => ({ length: (item: number) => item, boundaries: [2], batchSize: 2 }),
  },
  "@bertkit/datasets: shuffle(options)": {
    call: (options) => datasets.shuffle([1, 2, 3], options),
    required: () => ({ bufferSize: 2, random: () => 0.5 }),
  },
  "@bertkit/datasets: splitHoldout(options)": {
    call: (options) => datasets.splitHoldout([1, 2, 3], options),
    required: () => ({ fraction: 0.4, random: () => 0.5 }),
  },
  "@bertkit/datasets: Dataset.shuffle(options)": {
    call: (options) => items().shuffle(options),
    required: () => ({ seed: 0 }),
  },
  "@bertkit/datasets: Dataset.batch(options)": {
    call: (options) => items().batch(options),
    required: () => ({ size: 2, length: (item: number) => item }),
  },
  "@bertkit/datasets: Dataset.cache(options)": { call: (options) => items().cache(options) },
  "@bertkit/datasets: Dataset.split(options)": {
    call: (options) => items().split({ train: 0.5, dev: 0.5 }, options),
    required: () => ({ seed: 0 }),
  },
  "@bertkit/datasets: Dataset.from(options)": { call: (options) => datasets.Dataset.from([1], options) },
  "@bertkit/datasets: Dataset.interleave(options)": {
    call: (options) => datasets.Dataset.interleave([items()], options),
  },
  "@bertkit/datasets: Dataset.mix(options)": {
    call: (options) => datasets.Dataset.mix([{ dataset: items(), weight: 1 }], options),
    required: () => ({ seed: 0 }),
  },
  "@bertkit/datasets: readCorpus(options)": { call: (options) => datasets.readCorpus("a\n", options) },
  "@bertkit/datasets: Corpus.groups(order)": {
    call: async (options) => (await datasets.readCorpus("a\n")).groups(options),
  },
  "@bertkit/datasets: readJson(options)": reader(datasets.readJson, '[{ "a": 1 }]\n'),
  "@bertkit/datasets: readJsonl(options)": reader(datasets.readJsonl, jsonl({ a: 1 })),
  "@bertkit/datasets: readParquet(options)": {
    call: (options) => datasets.readParquet(new Uint8Array(4), options),
    invalidOnly: "there is no Parquet file here",
  },
  "@bertkit/datasets: readTfExamples(options)": {
    call: (options) => datasets.readTfExamples(new Uint8Array(), options),
  },
  "@bertkit/datasets: readTfrecords(options)": { call: (options) => datasets.readTfrecords(new Uint8Array(), options) },
  "@bertkit/datasets: hubDataset(options)": {
    call: (options) => datasets.hubDataset("a/b", options),
    invalidOnly: offline,
  },
  "@bertkit/datasets: readAgNews(options)": reader(datasets.readAgNews, '"1","a","b"\n'),
  "@bertkit/datasets: readFolder(options)": {
    call: (options) => datasets.readFolder([], options),
    invalidOnly: "there is no folder",
  },
  "@bertkit/datasets: readImdb(options)": {
    call: (options) => datasets.readImdb([], options),
    invalidOnly: "there is no folder",
  },
  "@bertkit/datasets: readRace(options)": reader(
    datasets.readRace,
    jsonl({ article: "a", question: "b", options: ["c", "d"], answer: "A" }),
  ),
  "@bertkit/datasets: readSmsSpam(options)": reader(datasets.readSmsSpam, "ham\ta\n"),
  "@bertkit/datasets: readSts(options)": reader(datasets.readSts, jsonl({ sentence1: "a", sentence2: "b", score: 1 })),
  "@bertkit/datasets: readBoolQ(options)": reader(
    datasets.readBoolQ,
    jsonl({ question: "a", passage: "b", label: true }),
  ),
  "@bertkit/datasets: readCommitmentBank(options)": reader(
    datasets.readCommitmentBank,
    jsonl({ premise: "a", hypothesis: "b", label: "neutral" }),
  ),
  "@bertkit/datasets: readCopa(options)": reader(
    datasets.readCopa,
    jsonl({ premise: "a", question: "cause", choice1: "b", choice2: "c", label: 0 }),
  ),
  "@bertkit/datasets: readWordInContext(options)": reader(
    datasets.readWordInContext,
    jsonl({ sentence1: "a", sentence2: "a", word: "a", start1: 0, end1: 1, start2: 0, end2: 1, label: true }),
  ),
  "@bertkit/datasets: readSwag(options)": reader(
    datasets.readSwag,
    jsonl({ sent1: "a", sent2: "b", ending0: "c", ending1: "d", ending2: "e", ending3: "f", label: 0 }),
  ),
  "@bertkit/datasets: readTrec(options)": reader(datasets.readTrec, "NUM:date When ?\n"),
  "@bertkit/datasets: readXnli(options)": reader(datasets.readXnli, "premise\thypo\tlabel\na\tb\tneutral\n"),
  "@bertkit/datasets: readConll(options)": reader(datasets.readConll, "a O\n"),
  "@bertkit/datasets: readDocuments(options)": reader(datasets.readDocuments, "a\n"),
  "@bertkit/datasets: readGlue(options)": {
    call: (options) => datasets.readGlue("SST-2", "sentence\tlabel\na\t1\n", options),
  },
  "@bertkit/datasets: readGoEmotions(options)": reader(datasets.readGoEmotions, "a\t1\tx\n"),
  "@bertkit/datasets: readJigsaw(options)": reader(
    datasets.readJigsaw,
    "id,comment_text,toxic,severe_toxic,obscene,threat,insult,identity_hate\n1,a,0,0,0,0,0,0\n",
  ),
  "@bertkit/datasets: readSquad(options)": reader(datasets.readSquad, '{ "data": [] }\n'),
  "@bertkit/datasets: readWikitext(options)": reader(datasets.readWikitext, " = a = \n \n b \n"),
  "@bertkit/datasets: readCsv(options)": reader(datasets.readCsv, "a,b\n1,2\n"),
  "@bertkit/datasets: readTsv(options)": reader(datasets.readTsv, "a\tb\n1\t2\n"),
  "@bertkit/datasets: readLines(options)": reader(datasets.readLines, "a\n"),
  "@bertkit/datasets: readText(options)": reader(datasets.readText, "a\n"),
};
