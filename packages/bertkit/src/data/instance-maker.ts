import { checkObject, shown } from "@bertkit/checks";
import { type Corpus, type CorpusPart, readCorpus, type Source } from "@bertkit/datasets";
import { Rng } from "@bertkit/nn";
import {
  blockInstances,
  type BlockInstancesOptions,
  type PretrainingInstance,
  pretrainingVocabulary,
  type TokenDocument,
} from "@bertkit/pretraining";
import type { Tokenizer } from "@bertkit/tokenizer";
import { checkInstanceSettings, instanceShape, type InstanceSettings } from "./instance-settings.ts";
import { openTokenizer } from "./open-tokenizer.ts";

/** The settings except for the text and the tokenizer. */
export type CorpusInstanceSettings = Omit<
  InstanceSettings,
  "tokenizer" | "lowercase" | "layout" | "field" | "language" | "format" | "split" | "encoding" | "partBytes"
>;

/**
 * Creates the instances of a corpus: group by group of its parts, and within a group block by block of its text. The
 * instances of a block depend only on the settings, the epoch and the block's position, so groups can be created on any
 * thread or machine.
 */
export class InstanceMaker {
  readonly corpus: Corpus;
  readonly tokenizer: Tokenizer;
  /** Groups of the first epoch. */
  readonly groups: number;
  readonly #settings: CorpusInstanceSettings;
  readonly #options: BlockInstancesOptions;
  #epoch = -1;
  #parts: CorpusPart[][] = [];

  private constructor(corpus: Corpus, tokenizer: Tokenizer, settings: CorpusInstanceSettings) {
    checkParts("InstanceMaker", corpus, tokenizer, settings);
    this.corpus = corpus;
    this.tokenizer = tokenizer;
    this.#settings = settings;
    const { length, maxPredictions } = instanceShape(settings);
    const { masking = "token", longestGram, replace, ...others } = settings;
    const { maskedLmProbability, shortSequenceProbability, pairs, dupeFactor } = others;
    this.#options = {
      vocabulary: pretrainingVocabulary(tokenizer),
      maxSequenceLength: length,
      maxPredictionsPerSequence: maxPredictions,
      masking: {
        kind: masking,
        ...(longestGram !== undefined && { longest: longestGram }),
        ...(replace !== undefined && { replace }),
      },
      ...(maskedLmProbability !== undefined && { maskedLmProbability }),
      ...(shortSequenceProbability !== undefined && { shortSequenceProbability }),
      ...(pairs !== undefined && { pairs }),
      ...(dupeFactor !== undefined && { dupeFactor }),
    };
    this.groups = this.#partsOf(0).length;
  }

  /**
   * @throws TypeError or RangeError if the settings are invalid
   * @throws DatasetError if a source cannot be read
   */
  static async open(sources: Source | readonly Source[], settings: InstanceSettings): Promise<InstanceMaker> {
    checkInstanceSettings("InstanceMaker", settings);
    const { layout, field, language, format, split, encoding, partBytes } = settings;
    const corpus = await readCorpus(sources, {
      ...(layout !== undefined && { layout }),
      ...(field !== undefined && { field }),
      ...(language !== undefined && { sentences: language }),
      ...(format !== undefined && { format }),
      ...(split !== undefined && { split }),
      ...(encoding !== undefined && { encoding }),
      partBytes: partBytes ?? 1 << 17,
    });
    return new InstanceMaker(corpus, await openTokenizer(settings.tokenizer, settings.lowercase), settings);
  }

  /** A maker for an open corpus and tokenizer. @throws TypeError or RangeError if the settings are invalid */
  static of(corpus: Corpus, tokenizer: Tokenizer, settings: CorpusInstanceSettings): InstanceMaker {
    checkParts("InstanceMaker.of", corpus, tokenizer, settings);
    checkInstanceSettings("InstanceMaker.of", { ...settings, tokenizer: "" });
    return new InstanceMaker(corpus, tokenizer, settings);
  }

  /**
   * Number of groups of an epoch. It varies a little, because each epoch groups the parts, which differ in size,
   * differently.
   */
  groupsOf(epoch: number): number {
    return this.#partsOf(epoch).length;
  }

  /**
   * The blocks of instances of a group. The text of the first `skip` blocks is read, but their instances are not created.
   */
  async *blocks(epoch: number, group: number, skip = 0): AsyncGenerator<PretrainingInstance[], void, undefined> {
    const { seed = defaultSeed, groupBytes = defaultGroupBytes } = this.#settings;
    const parts = this.#partsOf(epoch)[group];
    if (parts === undefined)
      throw new RangeError(`InstanceMaker: there are ${this.groupsOf(epoch)} groups, got ${shown(group)}.`);
    let block = 0;
    for await (const documents of this.corpus.blocks(parts, 2 * groupBytes)) {
      if (block >= skip) {
        const ids = this.#idsOf(documents);
        const random = blockRandom(seed, epoch, group, block);
        yield ids.some(({ length }) => length > 0) ? blockInstances(ids, this.#options, random) : [];
      }
      block++;
    }
  }

  #partsOf(epoch: number): CorpusPart[][] {
    if (epoch !== this.#epoch) {
      const { seed = defaultSeed, groupBytes = defaultGroupBytes } = this.#settings;
      this.#parts = this.corpus.groups({ seed, epoch, groupBytes });
      this.#epoch = epoch;
    }
    return this.#parts;
  }

  /** Encodes all sentences of a block in one call, which is faster. */
  #idsOf(documents: readonly (readonly string[])[]): TokenDocument[] {
    const { ids, rowSplits } = this.tokenizer.encodeRagged(documents.flat(), { addSpecialTokens: false });
    let row = 0;
    return documents.map((sentences) =>
      sentences.map(() => ids.subarray(rowSplits[row], rowSplits[++row])).filter(({ length }) => length > 0),
    );
  }
}

export const defaultSeed = 12345;
export const defaultGroupBytes: number = 1 << 20;

/** A generator for a block: xoshiro128** whose four words are hashes of the numbers (MurmurHash3's finalizer). */
function blockRandom(...numbers: readonly number[]): Rng {
  const words = [1, 2, 3, 4].map((word) => {
    let hash = Math.imul(word, 0x9e3779b9);
    for (const number of numbers)
      for (const half of [number >>> 0, Math.floor(number / 2 ** 32)]) {
        hash = Math.imul(hash ^ half, 0x85ebca6b);
        hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
        hash ^= hash >>> 16;
      }
    return hash >>> 0;
  });
  words[3] = (words[3]! | 1) >>> 0;
  return Rng.fromState(words as [number, number, number, number]);
}

function checkParts(where: string, corpus: Corpus, tokenizer: Tokenizer, settings: CorpusInstanceSettings): void {
  checkObject(where, "corpus", corpus, "a Corpus", "parts", "groups");
  checkObject(where, "tokenizer", tokenizer, "a Tokenizer", "vocabulary", "special");
  checkObject(where, "settings", settings, "an object of settings");
}
