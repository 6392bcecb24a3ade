import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { useBackend } from "@bertkit/backend";
import type { BertConfig } from "@bertkit/encoder";
import { dispose, Rng, variables } from "@bertkit/nn";
import { anyDocument, countTokens, logUnigramFrequencies, pretrainingVocabulary } from "@bertkit/pretraining";
import { bertTokenizer } from "@bertkit/tokenizer";
import { trainWordPiece } from "@bertkit/tokenizer/training";

import { mailDocuments, pretrainFurther } from "./further-pretraining.ts";
import { drawMails, halve, readMails, type Mail } from "./mails.ts";
import { parseOptions, type Options } from "./options.ts";
import { createPretrainingModel } from "./pretraining-model.ts";
import { recipes } from "./recipe.ts";
import { openRun } from "./run-folder.ts";

let folder: string;
let mails: Mail[];
beforeAll(async () => {
  await useBackend("node");
  folder = await mkdtemp(join(tmpdir(), "bertkit-further-"));
  mails = await readMails();
});
afterAll(() => rm(folder, { recursive: true }));

const textOf = ({ subject, body }: Mail) => `${subject} ${body}`;

it("splits the mails into halves with no common text, and draws as many spam as ham from one half", () => {
  const [one, other] = halve(mails, new Rng(3));
  expect(one.length + other.length).toBe(mails.length);
  const texts = new Set(one.map(textOf));
  expect(other.some((mail) => texts.has(textOf(mail)))).toBe(false);
  const drawn = drawMails(other, 100, new Rng(4));
  expect(drawn.filter(({ label }) => label === "spam")).toHaveLength(50);
  expect(new Set(drawn.map(textOf)).size).toBe(100);
  expect(drawn.some((mail) => texts.has(textOf(mail)))).toBe(false);
  expect(drawMails(other, 100, new Rng(4))).toEqual(drawn);
});

it("teaches a copy the language of mails, and leaves the model as it was", { timeout: 120_000 }, async () => {
  const some = mails.slice(0, 60);
  const vocabulary = await trainWordPiece(some.map(textOf), { vocabularySize: 400, lowercase: true });
  const tokenizer = bertTokenizer({ vocabulary, lowercase: true });
  const documents = mailDocuments(some, tokenizer);
  expect(documents[0]![0]).toEqual(tokenizer.encode(some[0]!.subject, undefined, { addSpecialTokens: false }).ids);
  const config: BertConfig = { ...recipes.long.model, hiddenLayers: 1, vocabularySize: vocabulary.size };
  const frequencies = logUnigramFrequencies(countTokens(documents, vocabulary.size));
  const model = createPretrainingModel(config, new Rng(0), {
    logFrequencies: frequencies,
    neighbors: recipes.long.start,
  });
  const weights = () => [...variables(model).values()].map((variable) => Array.from(variable.dataSync()));
  const before = weights();
  const run = await openRun({ ...(parseOptions(["--long"]) as Options), out: folder });
  const { model: copy, pretrained } = await pretrainFurther(model, {
    plan: { ...recipes.long.furtherPretraining!, sequenceLength: 32, batchSize: 16, steps: 60, muonLearningRate: 0.02 },
    config,
    documents,
    randomDocument: anyDocument,
    vocabulary: pretrainingVocabulary(tokenizer),
    seed: 0,
    saved: run.stage("further-training-state"),
    saveEvery: 10,
    signal: new AbortController().signal,
  });
  expect(weights()).toEqual(before);
  expect([...variables(copy).keys()]).toEqual([...variables(model).keys()]);
  const mean = (points: { maskedLmLoss: number }[]) =>
    points.reduce((sum, { maskedLmLoss }) => sum + maskedLmLoss, 0) / points.length;
  expect(mean(pretrained.curve.slice(-10))).toBeLessThan(mean(pretrained.curve.slice(0, 10)) - 0.2);
  dispose([model, copy]);
  await run.close();
});
