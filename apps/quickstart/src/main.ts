// The main job: text in, a pretrained BERT and a spam classifier out. Read it from top to bottom.
import { resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { useBackend } from "@bertkit/backend";
import type { Bert, BertConfig } from "@bertkit/encoder";
import { countParameters, dispose, escapeControls, Rng } from "@bertkit/nn";
import { countTokens, evaluatePretraining, logUnigramFrequencies, pretrainingVocabulary } from "@bertkit/pretraining";
import { bertTokenizer } from "@bertkit/tokenizer";
import { trainWordPiece } from "@bertkit/tokenizer/training";
import { savePretrained } from "bertkit";
import { StopRequest, type RunFolder } from "bertkit/node";

import { conclusion } from "./conclusion.ts";
import { readCorpus } from "./read-corpus.ts";
import { countIds, toDocuments } from "./documents.ts";
import { fillSentences } from "./fill-sentences.ts";
import { mailDocuments, pretrainFurther } from "./further-pretraining.ts";
import { heldOutInstances, majorityNext } from "./held-out-instances.ts";
import { halve, readMails } from "./mails.ts";
import { help, parseOptions } from "./options.ts";
import { pretrain } from "./pretrain.ts";
import { createPretrainingModel, initialWords } from "./pretraining-model.ts";
import { failed, heading, number, planned } from "./print.ts";
import { mostlyNearby, mostlyNearbyBeside } from "./random-documents.ts";
import { candidatesOf, evaluationRows, fineTunedRows, table, type Results } from "./results.ts";
import { describeProgress, fingerprint, openRun } from "./run-folder.ts";
import { compareClassifiers, type Start } from "./spam-classifier.ts";
import { unigramBaseline } from "./unigram.ts";
import { predictionsOf, verifyInNewProcess } from "./verify.ts";
import { writeReport } from "./write-report.ts";

let run: RunFolder | undefined;
const stop = new StopRequest({ name: "quickstart", saved: whatIsSaved });

/** Returns the exit code. */
async function main(args: string[]): Promise<number> {
  const options = parseOptions(args);
  if (options === "help") {
    console.log(help);
    return 0;
  }
  const { recipe, seed, saveEvery } = options;
  run = await openRun(options);
  const began = performance.now();
  const backend = await useBackend(options.backend);
  console.log(`bertkit quickstart: recipe "${recipe.name}", seed ${seed}, backend ${backend.name}`);

  await heading("Reading the text");
  const corpus = await readCorpus(recipe.text);
  const sentences = [...corpus.training, ...corpus.heldOut].reduce((total, document) => total + document.length, 0);
  console.log(
    `   ${number(corpus.documents)} ${corpus.name}, ${number(sentences)} sentences; ${corpus.heldOutName} are held out`,
  );
  const [unlabeled, labeled] = halve(await readMails(), new Rng(seed));
  if (recipe.readsMails)
    console.log(`   ${number(unlabeled.length)} mails, half of the SpamAssassin corpus, without their labels`);

  await heading(`Training a WordPiece vocabulary of ${number(recipe.vocabularySize)}`);
  const vocabulary = await trainWordPiece(corpus.training.flat(), {
    vocabularySize: recipe.vocabularySize,
    lowercase: true,
  });
  const tokenizer = bertTokenizer({ vocabulary, lowercase: true });
  const documents = toDocuments(corpus.training, tokenizer);
  const heldOutDocuments = toDocuments(corpus.heldOut, tokenizer);
  const mailTexts = recipe.readsMails || recipe.furtherPretraining ? mailDocuments(unlabeled, tokenizer) : [];
  const tokens = { text: countIds(documents), mails: countIds(mailTexts) };
  console.log(
    `   ${number(tokens.text)} tokens to train on${recipe.readsMails ? `, ${number(tokens.mails)} more of mails` : ""}, ${number(countIds(heldOutDocuments))} held out`,
  );

  await heading("Making the held-out instances");
  const pretrainingIds = pretrainingVocabulary(tokenizer);
  const { pretraining, furtherPretraining, fineTuning } = recipe;
  const instances = heldOutInstances(heldOutDocuments, pretrainingIds, pretraining.sequenceLength);
  console.log(
    `   ${number(instances.count)} instances, ${number(instances.maskedTokens)} masked tokens, ${number(instances.randomNext)} random next sentences`,
  );
  console.log("   (those to train on are cut, paired and masked again in every pass, while training)");

  await heading("Pretraining: masked LM and next-sentence prediction");
  const config: BertConfig = { ...recipe.model, vocabularySize: vocabulary.size };
  const logFrequencies = logUnigramFrequencies(countTokens(documents, vocabulary.size));
  const model = createPretrainingModel(config, new Rng(seed), {
    logFrequencies,
    words: initialWords(documents, config, seed),
    neighbors: recipe.start,
  });
  const { encoder, maskedLmHead, nextSentenceHead } = model;
  const parameters = countParameters(model).total;
  console.log(
    `   ${config.hiddenLayers} layers × ${config.hiddenSize}, ${number(parameters)} parameters; ${planned(pretraining)}`,
  );
  const texts = recipe.readsMails ? [...documents, ...mailTexts] : documents;
  const stage = run.stage("training-state", { data: fingerprint(texts) });
  const { unsaved, ...pretrained } = await stop.whileSaving((signal) =>
    pretrain({
      plan: pretraining,
      model,
      documents: texts,
      randomDocument: recipe.readsMails
        ? mostlyNearbyBeside(pretraining.nearbyRandomNext, documents.length, mailTexts.length)
        : mostlyNearby(pretraining.nearbyRandomNext),
      vocabulary: pretrainingIds,
      seed,
      saved: stage,
      saveEvery,
      signal,
    }),
  );
  if (stop.signal.aborted)
    return stopped(`pretraining stopped after step ${pretrained.step} of ${pretraining.steps}`, unsaved);

  await heading("Evaluating on held-out text");
  const evaluation = await evaluatePretraining({
    encoder,
    maskedLm: maskedLmHead,
    nextSentence: nextSentenceHead,
    batches: instances.batches,
  });
  const unigram = unigramBaseline(instances.batches, logFrequencies);
  const filled = await fillSentences(encoder, maskedLmHead, tokenizer, corpus.toFill);
  const results: Omit<Results, "further" | "fineTuned" | "seconds"> = {
    recipe,
    seed,
    backend: backend.name,
    parameters,
    pretrained,
    unigram,
    filled,
    majorityNext: majorityNext(instances),
    corpus: {
      name: corpus.name,
      documents: corpus.documents,
      sentences,
      tokens: tokens.text,
      heldOut: corpus.heldOutName,
      mails: recipe.readsMails ? { count: unlabeled.length, tokens: tokens.mails } : undefined,
    },
    evaluation: { maskedLm: evaluation.maskedLm!, nextSentence: evaluation.nextSentence! },
  };
  console.log(table(evaluationRows(results)));
  for (const one of filled)
    console.log(`   ${escapeControls(one.sentence)}\n      ${escapeControls(candidatesOf(one))}`);

  let encoders = new Map<Start, Bert>([["pretrained", encoder]]);
  let further: Results["further"];
  if (furtherPretraining !== undefined) {
    await heading("Further pretraining of a copy, on mails without their labels");
    console.log(
      `   half of the mails, ${number(unlabeled.length)}, ${number(tokens.mails)} tokens; ${planned(furtherPretraining)}`,
    );
    const saved = run.stage("further-training-state", { data: fingerprint(mailTexts) });
    const text = { documents: mailTexts, randomDocument: mostlyNearby(furtherPretraining.nearbyRandomNext) };
    const plan = { plan: furtherPretraining, config, ...text, vocabulary: pretrainingIds, seed, saved };
    const adapted = await stop.whileSaving((signal) => pretrainFurther(model, { ...plan, saveEvery, signal }));
    const { unsaved: notSaved, ...furtherPretrained } = adapted.pretrained;
    if (stop.signal.aborted) {
      const where = `step ${furtherPretrained.step} of ${furtherPretraining.steps}`;
      return stopped(`further pretraining stopped after ${where}`, notSaved);
    }
    encoders = new Map([["further pretrained", adapted.model.encoder], ...encoders]);
    further = { mails: unlabeled.length, tokens: tokens.mails, pretrained: furtherPretrained };
  }

  await heading("Fine-tuning a spam classifier");
  const saved = run.stage("fine-tuning-state", { fineTuning, data: fingerprint([vocabulary.size, ...labeled]) });
  const task = { config, tokenizer, mails: labeled, fineTuning, seed, saved };
  const compared = await stop.whileSaving((signal) => compareClassifiers(encoders, { ...task, signal }));
  const { classifier, results: fineTuned } = compared;
  if (stop.signal.aborted || classifier === undefined)
    return stopped("fine-tuning stopped; the classifier in training starts again", compared.unsaved);
  console.log(
    `   means of ${fineTuning.draws} draws of mails ± standard error, ${fineTuning.trainingMails} to train on and ${number(fineTuning.evaluationMails)} held out in each`,
  );
  console.log(table(fineTunedRows({ fineTuned })));
  for (const sentence of conclusion({ fineTuned })) console.log(`   ${sentence}`);

  await heading("Saving both models, and loading them in a new process");
  const modelFolder = run.file("model");
  const classifierFolder = run.file("spam-classifier");
  await savePretrained(modelFolder, {
    config,
    tokenizer,
    encoder,
    maskedLm: maskedLmHead,
    nextSentence: nextSentenceHead,
  });
  await savePretrained(classifierFolder, { config, tokenizer, encoder: classifier.encoder, classifier });
  const here = await predictionsOf({ encoder, maskedLm: maskedLmHead, classifier, tokenizer });
  const same = await verifyInNewProcess({ backend: options.backend, modelFolder, classifierFolder }, here);
  console.log(
    `   ${escapeControls(resolve(modelFolder))}\n   ${escapeControls(resolve(classifierFolder))}\n   the new process gave the same ${number(same)} predictions, to the bit`,
  );

  await heading("Writing the report");
  const reportFile = resolve(run.file("report.html"));
  const seconds = (performance.now() - began) / 1000;
  await writeReport(run, { ...results, further, fineTuned, seconds });
  await run.finish();
  console.log(`   ${pathToFileURL(reportFile)}\ndone in ${Math.floor(seconds / 60)} min ${Math.round(seconds % 60)} s`);
  dispose([model, ...encoders.values(), classifier]);
  return stop.exitCode;
}

/** Says what is currently saved. */
function whatIsSaved(): string {
  const saved = run && describeProgress(run);
  if (saved === undefined) return "Nothing is saved yet; the same command starts from the beginning.";
  return `Saved in ${escapeControls(run!.path)}: ${saved}. The same command resumes from there (with --fresh it starts again).`;
}

/** Prints where training stopped, and returns the exit code. */
function stopped(what: string, unsaved: unknown): number {
  const reason = unsaved === undefined ? "" : `, which could not be saved (${(unsaved as Error).message})`;
  stop.say(`${what}${reason}. ${whatIsSaved()}`);
  return unsaved === undefined ? stop.exitCode : 1;
}

try {
  process.exitCode = await main(process.argv.slice(2)).catch((error: unknown) => failed(error, whatIsSaved()));
} finally {
  await run?.close();
}
