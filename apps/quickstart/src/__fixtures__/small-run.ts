// A process that runs the quickstart's stages on a few sentences, with the quickstart's modules and run folder, and
// resumes an interrupted run in OUT. Prints the results as one number, and the number of events: training steps and
// file operations. usage: small-run.ts OUT [--kill-at EVENT] [--remove-at EVENT] BERTKIT_RUN_BACKEND names another
// backend than cpu.
import { createHash } from "node:crypto";
import { rmSync, writeSync } from "node:fs";
import { parseArgs } from "node:util";
import { useBackend, type BackendName } from "@bertkit/backend";
import type { BertConfig } from "@bertkit/encoder";
import { Rng, variables } from "@bertkit/nn";
import { anyDocument, pretrainingVocabulary } from "@bertkit/pretraining";
import { watchFileOperations } from "@bertkit/testing";
import { bertTokenizer } from "@bertkit/tokenizer";
import { trainWordPiece } from "@bertkit/tokenizer/training";
import { savePretrained } from "bertkit";
import { StopRequest } from "bertkit/node";

import { mailDocuments } from "../further-pretraining.ts";
import type { Mail } from "../mails.ts";
import { parseOptions, type Options } from "../options.ts";
import { pretrain } from "../pretrain.ts";
import { createPretrainingModel } from "../pretraining-model.ts";
import type { Recipe } from "../recipe.ts";
import { describeProgress, fingerprint, openRun } from "../run-folder.ts";
import { compareClassifiers } from "../spam-classifier.ts";

const { values, positionals } = parseArgs({
  options: { "kill-at": { type: "string" }, "remove-at": { type: "string" } },
  allowPositionals: true,
});
const out = positionals[0]!;
let phase = "starting";
let events = 0;
function event(what: string): void {
  events++;
  if (events === Number(values["remove-at"])) rmSync(out, { recursive: true });
  if (events !== Number(values["kill-at"])) return;
  writeSync(1, `killed while ${phase}, at ${what}\n`);
  process.kill(process.pid, "SIGKILL");
}
watchFileOperations(event);
process.on("uncaughtException", (error) => {
  writeSync(2, `small-run: ${error.message}\n`);
  process.exit(1);
});
const wait = globalThis.setTimeout;
globalThis.setTimeout = ((...args: Parameters<typeof wait>) => (event("a step"), wait(...args))) as typeof wait;

const words = "the president congress bill people state union treaty free prize click now win money meeting".split(" ");
const draw = new Rng(7);
const sentence = (): string => Array.from({ length: 6 }, () => words[draw.integer(0, words.length - 1)]).join(" ");
const mails = Array.from({ length: 40 }, (_, i): Mail => {
  const [spam, text] = [i % 2 === 1, `${sentence()}. ${sentence()}. ${sentence()}.`];
  return { subject: sentence(), body: spam ? `${text} win a free prize` : text, label: spam ? "spam" : "ham" };
});

const base = parseOptions(["--steps", "8", "--out", out, "--save-every", "0"]) as Options;
const plan = { ...base.recipe.pretraining, sequenceLength: 16, batchSize: 4 };
const fineTuning = { ...base.recipe.fineTuning, draws: 2, trainingMails: 16, evaluationMails: 16, length: 16, batchSize: 8, epochs: 1 };
const recipe: Recipe = { ...base.recipe, pretraining: plan, fineTuning };
const stop = new StopRequest({ name: "small-run", saved: () => "" });
const run = await openRun({ ...base, recipe });
await useBackend((process.env["BERTKIT_RUN_BACKEND"] ?? "cpu") as BackendName);

const vocabulary = await trainWordPiece(mails.map(({ body }) => body), { vocabularySize: 80, minFrequency: 1, lowercase: true });
const tokenizer = bertTokenizer({ vocabulary, lowercase: true });
const config: BertConfig = {
  ...recipe.model,
  hiddenLayers: 1,
  hiddenSize: 16,
  attentionHeads: 2,
  intermediateSize: 32,
  hiddenDropout: 0.1,
  vocabularySize: vocabulary.size,
};
const documents = mailDocuments(mails, tokenizer);
const model = createPretrainingModel(config, new Rng(0), {
  logFrequencies: new Float32Array(vocabulary.size),
  neighbors: recipe.start,
});
phase = "pretraining";
const pretrained = await stop.whileSaving((signal) =>
  pretrain({
    plan,
    model,
    documents,
    randomDocument: anyDocument,
    vocabulary: pretrainingVocabulary(tokenizer),
    seed: 0,
    saved: run.stage("training-state", { data: fingerprint(documents) }),
    saveEvery: 0,
    signal,
  }),
);
phase = "saving the model";
await savePretrained(run.file("model"), { config, tokenizer, encoder: model.encoder });
phase = "fine-tuning";
const saved = run.stage("fine-tuning-state", { fineTuning, data: fingerprint(mails) });
const encoders = new Map([["pretrained", model.encoder] as const]);
const compared = await stop.whileSaving((signal) =>
  compareClassifiers(encoders, { config, tokenizer, mails, fineTuning, seed: 0, saved, signal }),
);
const unsaved = pretrained.unsaved ?? compared.unsaved;
if (unsaved !== undefined) {
  writeSync(2, `small-run: ${(unsaved as Error).message} Saved: ${describeProgress(run)}.\n`);
  await run.close();
  process.exit(1);
}
phase = "saving the classifier";
const classifier = compared.classifier!;
await savePretrained(run.file("spam-classifier"), { config, tokenizer, encoder: classifier.encoder, classifier });
phase = "finishing";
await run.finish();
await run.close();
const hash = createHash("sha256");
for (const variable of [...variables(model).values(), ...variables(classifier).values()])
  hash.update(new Uint8Array((await variable.data()).slice().buffer));
hash.update(JSON.stringify([pretrained.step, pretrained.curve, compared.results]));
console.log(`result ${hash.digest("hex")}, ${events} events`);
