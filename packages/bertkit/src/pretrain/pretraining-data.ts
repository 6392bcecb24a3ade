import { createHash } from "node:crypto";
import { Rng } from "@bertkit/nn";
import {
  countTokens,
  documentIds,
  type PretrainingBatch,
  pretrainingBatches,
  type PretrainingInstance,
  pretrainingInstances,
  pretrainingVocabulary,
  type TokenDocument,
} from "@bertkit/pretraining";
import type { Tokenizer } from "@bertkit/tokenizer";
import { heldOutInstances } from "./evaluate-documents.ts";
import type { PretrainSettings } from "./pretrain-settings.ts";
import { phasesFrom, type PretrainingSource } from "./pretraining-source.ts";
import { maskingRateOf, predictionsAt, predictionsOfSteps } from "./remasking.ts";

/** With fewer documents, none are held out. */
const minToHoldOut = 20;

/**
 * The documents of a run as token ids, held in memory, and the batches made of them. Each batch depends on the previous
 * ones, so a resumed run makes all batches before its step again.
 */
export class PretrainingData implements PretrainingSource {
  readonly heldOut: readonly PretrainingInstance[];
  readonly fingerprint: string;
  readonly summary: string;
  readonly #training: readonly TokenDocument[];
  readonly #tokenizer: Tokenizer;
  readonly #settings: PretrainSettings;

  /** @throws RangeError if the documents have no tokens */
  constructor(texts: readonly (readonly string[])[], tokenizer: Tokenizer, settings: PretrainSettings) {
    this.#tokenizer = tokenizer;
    this.#settings = settings;
    const hash = createHash("sha256");
    const documents: Int32Array[][] = [];
    let tokens = 0;
    for (const text of texts) {
      const document = documentIds(text, tokenizer);
      if (document.length === 0) continue;
      for (const ids of document) {
        tokens += ids.length;
        hash.update(new Uint8Array(ids.buffer, ids.byteOffset, ids.byteLength)).update(";");
      }
      hash.update("\n");
      documents.push(document);
    }
    if (documents.length === 0)
      throw new RangeError("pretrain: the text has no sentences. Check the files and the layout.");
    this.fingerprint = hash.digest("hex").slice(0, 16);
    const count = documents.length < minToHoldOut ? 0 : Math.round(documents.length * settings.heldOut);
    const order = Array.from(documents.keys());
    new Rng(settings.seed).shuffle(order);
    const held = new Set(order.slice(0, Math.min(count, documents.length - 1)));
    this.#training = documents.filter((_, i) => !held.has(i));
    this.heldOut = heldOutInstances(
      documents.filter((_, i) => held.has(i)),
      tokenizer,
      settings,
    );
    this.summary = `${this.#training.length} documents to train on, ${held.size || "none"} held out; ${tokens.toLocaleString("en-US")} tokens.`;
  }

  countTokens(vocabularySize: number): Float64Array {
    return countTokens(this.#training, vocabularySize);
  }

  *batches(from: number): Generator<PretrainingBatch, void, undefined> {
    const { sequenceLength, longSequenceLength, seed } = this.#settings;
    for (const { isLong, start, end } of phasesFrom(from, this.#settings)) {
      const length = isLong ? longSequenceLength : sequenceLength;
      const stream = this.#stream(length, new Rng(isLong ? seed + 1 : seed), start);
      yield* take(stream, Math.max(0, from - start), end - start);
    }
  }

  /** Batches of one length; the first is for step `firstStep`. */
  #stream(length: number, rng: Rng, firstStep: number): Generator<PretrainingBatch, void, undefined> {
    const { batchSize, maskedLmProbability: first, finalMaskedLmProbability: last } = this.#settings;
    const rate = maskingRateOf(this.#settings);
    const rateAt = (instance: number): number => rate(firstStep * batchSize + instance);
    const instances = pretrainingInstances(
      this.#training,
      {
        ...this.#instanceOptions(length, predictionsAt(Math.max(first, last), length)),
        maskedLmProbability: rateAt,
      },
      rng,
    );
    const predictionsOf = predictionsOfSteps(this.#settings, length);
    return pretrainingBatches(instances, {
      batchSize,
      length,
      maxPredictions: (batch) => predictionsOf(firstStep + batch),
      paddingId: this.#tokenizer.special.padding.id,
    });
  }

  #instanceOptions(maxSequenceLength: number, maxPredictionsPerSequence: number) {
    const { wholeWordMasking } = this.#settings;
    return {
      vocabulary: pretrainingVocabulary(this.#tokenizer),
      maxSequenceLength,
      maxPredictionsPerSequence,
      wholeWordMasking,
    };
  }
}

function* take<T>(items: Iterable<T>, from: number, to: number): Generator<T, void, undefined> {
  let index = 0;
  if (from >= to) return;
  for (const item of items) {
    if (index++ >= from) yield item;
    if (index >= to) return;
  }
}
