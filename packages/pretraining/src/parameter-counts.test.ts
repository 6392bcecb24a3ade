// Encoder and both heads of every published size, counted without allocating: `withoutDraws` shares its zeros.
import { bertSizes, createBert } from "@bertkit/encoder";
import { countParameters, dispose, withoutDraws } from "@bertkit/nn";
import { expect, test } from "vitest";
import { MaskedLmHead } from "./masked-lm-head.ts";
import { NextSentenceHead } from "./next-sentence-head.ts";

// Counts of Hugging Face's BertForPreTraining, transformers 5.23.0 on PyTorch's meta device.
test.each([
  ["tiny", 30_522, 4_433_468],
  ["mini", 30_522, 11_267_900],
  ["small", 30_522, 29_058_876],
  ["medium", 30_522, 41_668_412],
  ["base", 30_522, 110_106_428],
  ["base", 28_996, 108_932_934], // cased
  ["base", 21_128, 102_882_442], // Chinese
  ["base", 119_547, 178_566_653], // multilingual, cased
  ["large", 30_522, 336_226_108],
  ["large", 28_996, 334_661_958], // cased
] as const)("%s, vocabulary %i: %i", (size, vocabularySize, expected) => {
  const before = process.memoryUsage.rss();
  const config = { ...bertSizes[size], vocabularySize };
  const encoder = createBert(config, withoutDraws);
  const options = { ...config, encoder, rng: withoutDraws };
  const model = { encoder, maskedLm: new MaskedLmHead(options), nextSentence: new NextSentenceHead(options) };
  expect(countParameters(model).total).toBe(expected);
  expect(process.memoryUsage.rss() - before).toBeLessThan(256e6); // large has 1.3 GB of weights
  dispose(model);
});
