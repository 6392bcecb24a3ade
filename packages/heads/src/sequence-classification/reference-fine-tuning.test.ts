import { readFileSync } from "node:fs";
import { join } from "node:path";
import { useBackend } from "@bertkit/backend";
import { importVariables, openWeights } from "@bertkit/checkpoints";
import { localFolder } from "@bertkit/checkpoints/node";
import { bertInputs, bertNames, bertSizes, createBert, huggingFaceSpellings } from "@bertkit/encoder";
import { type Context, dispose, inference, Rng, variables } from "@bertkit/nn";
import { sharedData, sharedModels } from "@bertkit/testing";
import { bertTokenizer, parseVocabulary } from "@bertkit/tokenizer";
import { adamW, globalNorm, train } from "@bertkit/training";
import * as tf from "@tensorflow/tfjs-core";
import { expect, it } from "vitest";

import { classifierNames } from "../classifier-names.ts";
import { classificationBatch, classificationTensors } from "./classification-batch.ts";
import { SequenceClassifier } from "./sequence-classifier.ts";

interface Reference {
  steps: { loss: number; gradient_norm: number }[];
  first_logits: number[][];
  first_gradients: Record<string, { norm: number }>;
}

const readText = (...path: string[]): string => readFileSync(join(...path), "utf8");

// Skipped if the real weights and the float64 reference of the same ten steps are missing.
it.skipIf(!sharedData || !sharedModels)(
  "fine-tunes on SST-2 as Hugging Face's BertForSequenceClassification does",
  { timeout: 300_000 },
  async () => {
    await useBackend("node");
    const folder = join(sharedModels!, "all-MiniLM-L6-v2");
    const reference = JSON.parse(readText(folder, "reference", "finetune_sst2.json")) as Reference;
    const start = JSON.parse(readText(folder, "reference", "classifier.json")) as { "classifier.weight": number[][] };

    const size = { ...bertSizes.mini, hiddenSize: 384, hiddenLayers: 6, attentionHeads: 12, intermediateSize: 1536 };
    const tokenizer = bertTokenizer({ vocabulary: parseVocabulary(readText(folder, "vocab.txt")) });
    const rng = new Rng(0);
    const encoder = createBert(
      { ...size, vocabularySize: tokenizer.vocabulary.size, hiddenDropout: 0, attentionDropout: 0 },
      rng,
    );
    const classifier = new SequenceClassifier({ encoder, labels: ["0", "1"], dropout: 0, rng });
    const weights = await openWeights(localFolder(folder));
    await importVariables(encoder, weights, bertNames, {
      ignore: ["embeddings.position_ids"],
      spellings: huggingFaceSpellings,
    });
    await weights.close();
    tf.tidy(() => classifier.dense.kernel.assign(tf.transpose(tf.tensor2d(start["classifier.weight"]))));

    const rows = readText(sharedData!, "glue", "SST-2", "train.tsv")
      .split("\n")
      .slice(1, 161)
      .map((line) => line.split("\t"));
    const examples = rows.map(([input, label]) => ({ input: input!, label: label! }));
    const options = { maxLength: 64, lengthMultiple: 64 };
    const batches = reference.steps.map((_, i) =>
      classificationBatch(examples.slice(i * 16, i * 16 + 16), tokenizer, classifier, options),
    );

    tf.tidy(() => {
      const logits = classifier.forward(bertInputs(batches[0]!), inference);
      expect(logits.dataSync()).toBeAllClose(reference.first_logits.flat(), { absolute: 2e-6, relative: 1e-4 });
      const tensors = classificationTensors(batches[0]!);
      const { grads } = tf.variableGrads(() => classifier.loss(tensors, inference).loss);
      for (const [path, variable] of variables(classifier)) {
        const rule = classifierNames.find((candidate) => candidate.path === path.replace(/layers\.\d+/, "layers.{i}"))!;
        const name = rule.name.replace("{i}", /layers\.(\d+)/.exec(path)?.[1] ?? "");
        const norm = tf.norm(grads[variable.name]!).dataSync();
        expect(norm, name).toBeAllClose([reference.first_gradients[name]!.norm], { absolute: 1e-6, relative: 1e-3 });
      }
      expect(globalNorm(Object.values(grads)).dataSync()).toBeAllClose([reference.steps[0]!.gradient_norm], {
        relative: 1e-4,
      });
    });

    const losses: number[] = [];
    const optimizer = adamW({ learningRate: 5e-5, epsilon: 1e-8 });
    const loss = (batch: (typeof batches)[number], context: Context) => classifier.loss(batch, context);
    for await (const step of train({ model: classifier, batches, optimizer, rng, loss })) losses.push(step.loss);
    expect(losses).toBeAllClose(
      reference.steps.map((step) => step.loss),
      { absolute: 1e-4, relative: 0 },
    );
    optimizer.dispose();
    dispose(classifier);
  },
);
