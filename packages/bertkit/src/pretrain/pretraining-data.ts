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
import { type BatchesOptions, phasesFrom, type PretrainingSource } from "./pretraining-source.ts";
import { maskingRateOf, predictionsAt, predictionsOfSteps } from "./remasking.ts";
import { skipInstances } from "./skip-instances.ts";

/** With fewer documents, none are held out. */
const minToHoldOut = 20;

/**
 * The documents of a run as token ids, held in memory, and the batches made of them. Each instance depends on the
 * previous ones, so a resumed run makes all instances before its step again.
 */
export class PretrainingData implements PretrainingSource {
  readonly heldOut: readonly PretrainingInstance[];
  readonly fingerprint: string;
  readonly hasPairs = true;
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

  async *batches(
    from: number,
    _position?: undefined,
    { signal, onMessage = () => {} }: BatchesOptions = {},
  ): AsyncGenerator<PretrainingBatch, void, undefined> {
    const { sequenceLength, longSequenceLength, seed, batchSize } = this.#settings;
    for (const { isLong, start, end } of phasesFrom(from, this.#settings)) {
      const length = isLong ? longSequenceLength : sequenceLength;
      const instances = this.#instances(length, new Rng(isLong ? seed + 1 : seed), start);
      const first = Math.max(from, start);
      const onProgress = (skipped: number): void => {
        const step = start + Math.floor(skipped / batchSize);
        onMessage(`making the instances of earlier steps again: up to step ${step} of ${first}.`);
      };
      if (!(await skipInstances(instances, (first - start) * batchSize, { signal, onProgress }))) return;
      const predictionsOf = predictionsOfSteps(this.#settings, length);
      const batches = pretrainingBatches(instances, {
        batchSize,
        length,
        maxPredictions: (batch) => predictionsOf(first + batch),
        paddingId: this.#tokenizer.special.padding.id,
      });
      yield* take(batches, end - first);
    }
  }

  /** Instances of one length, without end; the first is for step `firstStep`. */
  #instances(length: number, rng: Rng, firstStep: number): Generator<PretrainingInstance, void, undefined> {
    const { batchSize, maskedLmProbability: first, finalMaskedLmProbability: last } = this.#settings;
    const rate = maskingRateOf(this.#settings);
    return pretrainingInstances(
      this.#training,
      {
        ...this.#instanceOptions(length, predictionsAt(Math.max(first, last), length)),
        maskedLmProbability: (instance) => rate(firstStep * batchSize + instance),
      },
      rng,
    );
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

/** The first items of an endless list. @param count at least 1 */
function* take<T>(items: Iterable<T>, count: number): Generator<T, void, undefined> {
  let taken = 0;
  for (const item of items) {
    yield item;
    if (++taken === count) return;
  }
}
