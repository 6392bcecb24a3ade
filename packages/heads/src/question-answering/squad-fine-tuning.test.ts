import { createReadStream, readFileSync } from "node:fs";
import { join } from "node:path";
import { useBackend } from "@bertkit/backend";
import { collect, readSquad, take } from "@bertkit/datasets";
import { bertSizes, createBert } from "@bertkit/encoder";
import { squadScores } from "@bertkit/metrics";
import { type Context, dispose, Rng } from "@bertkit/nn";
import { sharedData } from "@bertkit/testing";
import { bertTokenizer, parseVocabulary } from "@bertkit/tokenizer";
import { adamW, train } from "@bertkit/training";
import { expect, it } from "vitest";

import { answerQuestions } from "./answer-questions.ts";
import { QuestionAnswerer } from "./question-answerer.ts";
import { questionBatch, questionFeatures } from "./question-batch.ts";

// Skipped if the real files are missing.
it.skipIf(!sharedData)(
  "a small model overfits a dozen real questions: exact match 1",
  { timeout: 300_000 },
  async () => {
    await useBackend("node");
    const vocabulary = parseVocabulary(
      readFileSync(join(sharedData!, "vocab", "bert-base-uncased", "vocab.txt"), "utf8"),
    );
    const tokenizer = bertTokenizer({ vocabulary });
    const questions = await collect(take(readSquad(createReadStream(join(sharedData!, "qa", "xquad.en.json"))), 12));
    const rng = new Rng(0);
    const size = {
      ...bertSizes.tiny,
      hiddenSize: 64,
      attentionHeads: 2,
      intermediateSize: 128,
      hiddenDropout: 0,
      attentionDropout: 0,
    };
    const encoder = createBert({ ...size, vocabularySize: vocabulary.size, pooler: false }, rng);
    const answerer = new QuestionAnswerer({ encoder, rng });
    const options = { maxLength: 128, docStride: 64, lengthMultiple: 128 };
    const features = questions.flatMap((question) => questionFeatures(question, tokenizer, options));
    const batch = questionBatch(features, tokenizer, options);
    const optimizer = adamW({ learningRate: 3e-3, weightDecay: 0 });
    const losses: number[] = [];
    const loss = (rows: typeof batch, context: Context) => answerer.loss(rows, context);
    for await (const step of train({
      model: answerer,
      batches: Array<typeof batch>(150).fill(batch),
      optimizer,
      rng,
      loss,
    })) {
      losses.push(step.loss);
      if (step.loss < 0.01) break;
    }
    const answers = await answerQuestions(answerer, tokenizer, questions, options);
    const texts = questions.map((question) => question.answers.map(({ text }) => text));
    expect(
      squadScores(
        answers.map(({ best }) => best!.text),
        texts,
      ),
    ).toEqual({ exactMatch: 1, f1: 1 });
    optimizer.dispose();
    dispose(answerer);
  },
);
