import { createHash } from "node:crypto";
import type { Corpus } from "@bertkit/datasets";
import { Rng } from "@bertkit/nn";
import {
  documentIds,
  packInstances,
  pretrainingBatch,
  type PretrainingBatch,
  type PretrainingInstance,
  type TokenDocument,
} from "@bertkit/pretraining";
import type { Tokenizer } from "@bertkit/tokenizer";
import { InstanceMaker } from "../data/instance-maker.ts";
import { heldOutInstances } from "./evaluate-documents.ts";
import type { PretrainSettings } from "./pretrain-settings.ts";
import { phasesFrom, type PretrainingSource, type SourcePosition } from "./pretraining-source.ts";
import { predictionsAt, predictionsOfSteps, remasker } from "./remasking.ts";
import { textSample } from "./text-sample.ts";

/** With fewer parts, none are held out. */
const minParts = 20;
/** Maximum number of parts of 128 KiB to hold out: an evaluation need not grow with the corpus. */
const maxHeldOut = 4;
/** Number of groups of 1 MiB of text in which tokens are counted. */
const countedGroups = 4;
const defaultGroup = { seed: 0, epoch: 0, groupBytes: 1 << 20 };

/**
 * A corpus that is read during training, about 1 MiB of text at a time, in an order that depends on the seed and the
 * pass. A position is a block of text and an instance in it; resuming from a position does not read the text before it.
 */
export class StreamSource implements PretrainingSource {
  readonly fingerprint: string;
  readonly textSample: string;
  readonly hasPairs: boolean;
  readonly summary: string;
  readonly heldOut: readonly PretrainingInstance[];
  position: SourcePosition | undefined;
  readonly #corpus: Corpus;
  readonly #tokenizer: Tokenizer;
  readonly #settings: PretrainSettings;

  private constructor(
    corpus: Corpus,
    heldOut: readonly TokenDocument[],
    textSample: string,
    tokenizer: Tokenizer,
    settings: PretrainSettings,
  ) {
    this.textSample = textSample;
    this.hasPairs = !settings.packing;
    this.#corpus = corpus;
    this.#tokenizer = tokenizer;
    this.#settings = settings;
    this.heldOut = heldOutInstances(heldOut, tokenizer, settings);
    const hash = createHash("sha256").update(tokenizer.vocabulary.tokens.join("\n"));
    for (const { file, start, bytes } of corpus.parts) hash.update(JSON.stringify([file, start, bytes]));
    this.fingerprint = hash.digest("hex").slice(0, 16);
    const megabytes = corpus.parts.reduce((sum, { bytes }) => sum + bytes, 0) / 2 ** 20;
    const held = heldOut.length === 0 ? "no documents" : `${heldOut.length} documents`;
    this.summary = `${megabytes.toLocaleString("en-US", { maximumFractionDigits: 1 })} MiB of text in ${corpus.files.length} files, read as they are needed; ${held} held out.`;
  }

  static async open(corpus: Corpus, tokenizer: Tokenizer, settings: PretrainSettings): Promise<StreamSource> {
    const order = Array.from(corpus.parts.keys());
    new Rng(settings.seed).shuffle(order);
    const count = order.length < minParts ? 0 : Math.min(maxHeldOut, Math.round(order.length * settings.heldOut));
    const held = new Set(order.slice(0, count));
    const documents: TokenDocument[] = [];
    for await (const text of corpus.read(corpus.parts.filter((_, i) => held.has(i)))) {
      const document = documentIds(text, tokenizer);
      if (document.length > 0) documents.push(document);
    }
    const trained = corpus.withParts(corpus.parts.filter((_, i) => !held.has(i)));
    const sample = await textSample(
      corpus,
      order.map((part) => corpus.parts[part]!),
    );
    return new StreamSource(trained, documents, sample, tokenizer, settings);
  }

  async countTokens(vocabularySize: number): Promise<Float64Array> {
    const counts = new Float64Array(vocabularySize);
    const { seed } = this.#settings;
    for (const parts of this.#corpus.groups({ ...defaultGroup, seed }).slice(0, countedGroups))
      for await (const text of this.#corpus.read(parts)) {
        const document = documentIds(text, this.#tokenizer);
        for (const ids of document) for (const id of ids) counts[id]!++;
      }
    return counts;
  }

  async *batches(
    from: number,
    position: SourcePosition | undefined,
  ): AsyncGenerator<PretrainingBatch, void, undefined> {
    const { batchSize, packing, maskedLmProbability, finalMaskedLmProbability, sequenceLength, longSequenceLength } =
      this.#settings;
    const paddingId = this.#tokenizer.special.padding.id;
    for (const { isLong, start, end } of phasesFrom(from, this.#settings)) {
      const length = isLong ? longSequenceLength : sequenceLength;
      // The number of predictions of a packed row depends on its length, not on its parts.
      const isMaskedAgain = packing || maskedLmProbability !== finalMaskedLmProbability;
      const predictionsOf = predictionsOfSteps(this.#settings, length);
      const mask = isMaskedAgain ? remasker(this.#tokenizer, this.#settings, length) : undefined;
      let step = Math.max(from, start);
      let rows: PretrainingInstance[] = [];
      // A phase starts at the first text. A run that resumes in the middle of a phase starts at its position.
      for await (const { instance, next } of this.#instances(length, isLong, step > start ? position : undefined)) {
        rows.push(mask === undefined ? instance : mask(instance, step * batchSize + rows.length));
        if (rows.length < batchSize) continue;
        this.position = next;
        yield pretrainingBatch(rows, { length, maxPredictions: predictionsOf(step), paddingId });
        rows = [];
        if (++step === end) break;
      }
    }
  }

  /** An endless stream of instances from a position, each with the position after it. */
  async *#instances(length: number, isLong: boolean, position: SourcePosition | undefined) {
    const { seed, packing, wholeWordMasking, maskedLmProbability: rate } = this.#settings;
    const maker = InstanceMaker.of(this.#corpus, this.#tokenizer, {
      seed: isLong ? seed + 1 : seed,
      maxSequenceLength: length,
      maskedLmProbability: rate,
      maxPredictionsPerSequence: predictionsAt(rate, length),
      masking: wholeWordMasking ? "whole-word" : "token",
      pairs: packing ? "document" : "next-sentence",
    });
    let [epoch = 0, group = 0, block = 0, taken = 0] = position ?? [];
    for (; ; epoch++, group = 0) {
      let given = 0;
      const resumed = group + block + taken > 0;
      for (const groups = maker.groupsOf(epoch); group < groups; group++, block = 0)
        for await (const made of maker.blocks(epoch, group, block)) {
          const instances = packing ? [...packInstances(made, { length })] : made;
          for (; taken < instances.length; taken++, given++)
            yield { instance: instances[taken]!, next: [epoch, group, block, taken + 1] };
          taken = 0;
          block++;
        }
      if (given === 0 && !resumed)
        throw new RangeError("pretrain: the text has no sentences. Check the files and the layout.");
    }
  }
}
