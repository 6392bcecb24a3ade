import { expect, it } from "vitest";
import { useBackend } from "@bertkit/backend";
import { bertSizes, createBert } from "@bertkit/encoder";
import { SequenceClassifier, type ClassificationExample } from "@bertkit/heads";
import { dispose, Rng } from "@bertkit/nn";

import { startAtFrequencies } from "./start-at-frequencies.ts";

it("initializes to the log odds of each label, finite for one that never occurs", async () => {
  await useBackend("cpu");
  const encoder = createBert({ ...bertSizes.tiny, vocabularySize: 20, maxPositionEmbeddings: 8 }, new Rng(0));
  const labels = ["often", "seldom", "never"];
  const classifier = new SequenceClassifier({ encoder, labels, problem: "multi-label", rng: new Rng(1) });
  const examples: ClassificationExample[] = Array.from({ length: 998 }, (_, i) => ({
    input: "text",
    label: [...(i < 499 ? ["often"] : []), ...(i < 9 ? ["seldom"] : [])],
  }));
  startAtFrequencies(classifier, examples);
  const probabilities = [...classifier.dense.bias!.dataSync()].map((logit) => 1 / (1 + Math.exp(-logit)));
  expect(probabilities).toBeAllClose([0.5, 0.01, 0.001], { absolute: 1e-6 });
  dispose(classifier);
});
