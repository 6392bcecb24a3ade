import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { sharedData } from "@bertkit/testing";
import { bertTokenizer, parseVocabulary } from "@bertkit/tokenizer";
import { google } from "@bertkit/tokenizer/dialects";
import { describe, expect, it } from "vitest";

import { smallCorpus, smallVocabulary, toJsonLines } from "./__fixtures__/small-corpus.ts";
import { createInstances } from "./create-instances.ts";
import { documentIds } from "./document-ids.ts";
import { pretrainingVocabulary } from "./pretraining-vocabulary.ts";
import { PythonRandom } from "./python-random.ts";

const sha256 = (text: string): string => createHash("sha256").update(text).digest("hex");

// Made by running google-research/bert's create_instances_from_document on the same documents: random.Random(7),
// max_seq_length 24, max_predictions_per_seq 4, three dupes, under CPython 3.11.7.
const googleOnSmallCorpus = [
  {
    wholeWordMasking: false,
    count: 60,
    hash: "21e5790f0646367eb1f67f6b41c37c4a8658c9b733f202eef53981c4279e8908",
    first:
      '{"ids":[1,9,22,35,24,25,3,3,28,5,18,31,2,26,39,16,29,6,2],"seg":[0,0,0,0,0,0,0,0,0,0,0,0,0,1,1,1,1,1,1],"pos":[4,6,7],"lab":[12,38,15],"nsp":0}',
  },
  {
    wholeWordMasking: true,
    count: 61,
    hash: "7d40457e7bcd4647230a8884d7d78a943c0803d8e8d31f409b2eb2f8e705f3e2",
    first:
      '{"ids":[1,9,22,35,3,25,38,15,28,7,18,31,2,36,13,2],"seg":[0,0,0,0,0,0,0,0,0,0,0,0,0,1,1,1],"pos":[4,9],"lab":[12,5],"nsp":1}',
  },
];

describe("createInstances", () => {
  it.each(googleOnSmallCorpus)(
    "equals Google's script, wholeWordMasking $wholeWordMasking",
    ({ wholeWordMasking, count, hash, first }) => {
      const options = {
        vocabulary: smallVocabulary,
        maxSequenceLength: 24,
        maxPredictionsPerSequence: 4,
        dupeFactor: 3,
        wholeWordMasking,
      };
      const instances = createInstances(smallCorpus(), options, new PythonRandom(7));
      expect(toJsonLines(instances.slice(0, 1))).toBe(`${first}\n`);
      expect(instances.length).toBe(count);
      expect(sha256(toJsonLines(instances))).toBe(hash);
    },
  );

  it("drops empty sentences and documents, and does not change its input", () => {
    const documents = smallCorpus();
    const holes = [[], ...documents.map((document) => [[], ...document, []])];
    const options = { vocabulary: smallVocabulary, maxSequenceLength: 24, dupeFactor: 1 };
    expect(createInstances(holes, options, new PythonRandom(3))).toEqual(
      createInstances(documents, options, new PythonRandom(3)),
    );
    expect(documents).toEqual(smallCorpus());
  });

  it("reports invalid options", () => {
    const vocabulary = { size: 40, classificationId: 1, separatorId: 2, maskId: 3 };
    const make = (options: object) => () =>
      createInstances(smallCorpus(), { vocabulary, ...options }, new PythonRandom(1));
    expect(make({ wholeWordMasking: true })).toThrow(/wholeWordMasking needs vocabulary.isContinuation/);
    expect(make({ maxSequenceLength: 4 })).toThrow(/maxSequenceLength must be a whole number of at least 5, got 4/);
    expect(make({ maskedLmProbability: 1.5 })).toThrow(/maskedLmProbability must be a number from 0 to 1, got 1.5/);
  });
});

// Skipped if the real vocabulary, sample text and golden files are missing.
describe.skipIf(!sharedData)("createInstances on Google's sample text", () => {
  const read = (...path: string[]): string => readFileSync(join(sharedData!, ...path), "utf8");

  it.each([
    {
      wholeWordMasking: false,
      golden: "instances_wwm0.jsonl",
      hash: "2504c42a33ebcab889af2d1853d097af4580a492c2e559f7144022d78077b2eb",
    },
    {
      wholeWordMasking: true,
      golden: "instances_wwm1.jsonl",
      hash: "1e1ffbf54999f92b35f713ed747ea4210bcd49f19521fb4df9854bbfa2b8a7d5",
    },
  ])("equals $golden bit for bit", ({ wholeWordMasking, golden, hash }) => {
    const tokenizer = bertTokenizer({
      vocabulary: parseVocabulary(read("vocab", "bert-base-uncased", "vocab.txt")),
      dialect: google,
    });
    const texts = read("corpora", "sample_text.txt")
      .split(/\n\n+/)
      .map((document) => document.split("\n"));
    const documents = texts.map((sentences) => documentIds(sentences, tokenizer));
    const options = { vocabulary: pretrainingVocabulary(tokenizer), dupeFactor: 5, wholeWordMasking };
    const lines = toJsonLines(createInstances(documents, options, new PythonRandom(12345)));
    expect(lines).toBe(read("golden", golden));
    expect(sha256(lines)).toBe(hash);
  });
});
