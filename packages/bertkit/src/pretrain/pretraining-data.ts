import { createHash } from "node:crypto";
import { Rng } from "@bertkit/nn";
import {
  documentIds,
  linearMaskingRate,
  type PretrainingBatch,
  pretrainingBatches,
  pretrainingInstances,
  pretrainingVocabulary,
  type TokenDocument,
} from "@bertkit/pretraining";
import type { Tokenizer } from "@bertkit/tokenizer";
import type { PretrainSettings } from "./pretrain-settings.ts";

/** Fewer documents are all trained on. */
const fewestToHoldOut = 20;

/** The documents of a run in token ids, with the stream of its batches. */
export class PretrainingData {
  readonly training: readonly TokenDocument[];
  readonly heldOut: readonly TokenDocument[];
  /** Sixteen digits that differ where the ids do. */
  readonly fingerprint: string;
  /** Of all documents. */
  readonly tokens: number;
  readonly #tokenizer: Tokenizer;
  readonly #settings: PretrainSettings;

  /** @throws RangeError if no document has a token */
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
      throw new RangeError("pretrain: the text has no sentence. Look at the files, and at their layout.");
    this.tokens = tokens;
    this.fingerprint = hash.digest("hex").slice(0, 16);
    const count = documents.length < fewestToHoldOut ? 0 : Math.round(documents.length * settings.heldOut);
    const order = Array.from(documents.keys());
    new Rng(settings.seed).shuffle(order);
    const held = new Set(order.slice(0, Math.min(count, documents.length - 1)));
    this.training = documents.filter((_, i) => !held.has(i));
    this.heldOut = documents.filter((_, i) => held.has(i));
  }

  /** The batches of a run from a step on, counted from 0. The same settings give the same batches. */
  *batches(from: number): Generator<PretrainingBatch, void, undefined> {
    const { steps, longShare, sequenceLength, longSequenceLength, seed } = this.#settings;
    const short = steps - Math.round(steps * longShare);
    if (from < short) yield* take(this.#stream(sequenceLength, new Rng(seed), 0), from, short);
    yield* take(this.#stream(longSequenceLength, new Rng(seed + 1), short), Math.max(0, from - short), steps - short);
  }

  /** Batches of one length, of which the first is of the step `firstStep`. */
  #stream(length: number, rng: Rng, firstStep: number): Generator<PretrainingBatch, void, undefined> {
    const { batchSize, steps, maskedLmProbability: first, finalMaskedLmProbability: last } = this.#settings;
    const stages = first === last ? 1 : 4;
    const rate = linearMaskingRate({ from: first, to: last, instances: steps * batchSize, stages });
    const rateAt = (instance: number): number => rate(firstStep * batchSize + instance);
    const instances = pretrainingInstances(
      this.training,
      {
        ...this.#instanceOptions(length, predictionsAt(Math.max(first, last), length)),
        maskedLmProbability: rateAt,
      },
      rng,
    );
    return pretrainingBatches(instances, {
      batchSize,
      length,
      maxPredictions: (batch) => predictionsAt(rateAt(batch * batchSize), length),
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

/** Predicted positions of an instance at most: Google's 20 of 128 and 77 of 512. */
export function predictionsAt(rate: number, length: number): number {
  return Math.max(1, Math.ceil(length * rate));
}

function* take<T>(items: Iterable<T>, from: number, to: number): Generator<T, void, undefined> {
  let index = 0;
  if (from >= to) return;
  for (const item of items) {
    if (index++ >= from) yield item;
    if (index >= to) return;
  }
}
