import { createHash } from "node:crypto";
import { shown } from "@bertkit/checks";
import type { ShardEntry } from "@bertkit/datasets";
import {
  countTokens,
  pretrainingBatch,
  type PretrainingBatch,
  type PretrainingInstance,
  pretrainingVocabulary,
  unmasked,
} from "@bertkit/pretraining";
import type { Tokenizer } from "@bertkit/tokenizer";
import { ShardFolder } from "../data/shard-folder.ts";
import type { PretrainSettings } from "./pretrain-settings.ts";
import { phasesFrom, type PretrainingSource } from "./pretraining-source.ts";
import { predictionsOfSteps, remasker } from "./remasking.ts";

/** Maximum number of instances to hold out, from the end of the shards. */
const maxHeldOut = 2048;
/** Number of instances in which tokens are counted. */
const counted = 20_000;

interface Part {
  readonly folder: ShardFolder;
  readonly length: number;
  readonly predictions: number;
  readonly hasPairs: boolean;
}

/**
 * The instances of shards that `bertkit data` wrote. The step determines the position: step · batch size. With two
 * folders, the one with the longer instances is for the last steps.
 */
export class ShardSource implements PretrainingSource {
  readonly fingerprint: string;
  readonly hasPairs: boolean;
  readonly summary: string;
  readonly heldOut: readonly PretrainingInstance[];
  readonly #parts: readonly Part[];
  readonly #trained: number;
  readonly #tokenizer: Tokenizer;
  readonly #settings: PretrainSettings;
  /** With the added tokens. */
  readonly #vocabularySize: number;

  private constructor(
    parts: readonly Part[],
    heldOut: readonly PretrainingInstance[],
    tokenizer: Tokenizer,
    settings: PretrainSettings,
  ) {
    this.#parts = parts;
    this.#tokenizer = tokenizer;
    this.#settings = settings;
    this.hasPairs = parts.every(({ hasPairs }) => hasPairs);
    this.#vocabularySize = pretrainingVocabulary(tokenizer).size;
    this.heldOut = heldOut;
    const [first] = parts as readonly [Part];
    this.#trained = first.folder.size - heldOut.length;
    const hash = createHash("sha256");
    for (const { folder } of parts)
      for (const { samples, raw_data } of folder.shards)
        hash.update(JSON.stringify([raw_data.basename, raw_data.bytes, samples, raw_data.hashes]));
    this.fingerprint = hash.digest("hex").slice(0, 16);
    const lengths = parts.map(
      ({ folder, length }, i) =>
        `${(i === 0 ? this.#trained : folder.size).toLocaleString("en-US")} instances of ${length} tokens`,
    );
    this.summary = `${lengths.join(" and ")} to train on, ${heldOut.length || "none"} held out.`;
  }

  /**
   * @throws RangeError if the lengths of the shards are not those of the settings, or the long ones are missing
   * @throws DatasetError for folders without shards
   */
  static async open(
    folders: readonly string[],
    tokenizer: Tokenizer,
    settings: PretrainSettings,
  ): Promise<ShardSource> {
    const { sequenceLength, longSequenceLength, longFraction, heldOut } = settings;
    const all = await Promise.all(folders.map(partOf));
    const wanted = [sequenceLength, ...(longFraction > 0 ? [longSequenceLength] : [])];
    const parts = wanted.map((length) => {
      const found = all.filter((part) => part.length === length);
      if (found.length === 1) return found[0]!;
      const have = all.map((part) => `${part.folder.path} of ${part.length}`).join(", ");
      throw new RangeError(
        `pretrain: needs one folder of shards of ${length} tokens, got ${have}. Set sequenceLength${longFraction > 0 ? ", longSequenceLength and longFraction" : ""} to what the shards have, or create others with bertkit data.`,
      );
    });
    const [first] = parts as [Part];
    const { size } = first.folder;
    const held = size < 20 ? 0 : Math.min(maxHeldOut, Math.round(size * heldOut));
    return new ShardSource(parts, await first.folder.last(held), tokenizer, settings);
  }

  async countTokens(vocabularySize: number): Promise<Float64Array> {
    const { classification, separator } = this.#tokenizer.special;
    const isText = (id: number): boolean => id !== classification.id && id !== separator.id;
    const documents: Int32Array[][] = [];
    const { folder } = this.#parts[0]!;
    for await (const instance of folder.dataset().take(counted)) {
      this.#checkIds(instance, folder);
      documents.push([unmasked(instance).filter(isText)]);
    }
    return countTokens(documents, vocabularySize);
  }

  #checkIds({ inputIds }: PretrainingInstance, { path }: ShardFolder): void {
    const size = this.#vocabularySize;
    for (const id of inputIds)
      if (id >= size)
        throw new RangeError(
          `pretrain: ${path} has the id ${id}, but the tokenizer only has ${size} tokens. Pass the tokenizer with which the shards were created.`,
        );
  }

  async *batches(from: number): AsyncGenerator<PretrainingBatch, void, undefined> {
    const { batchSize, seed, maskAgain } = this.#settings;
    const paddingId = this.#tokenizer.special.padding.id;
    for (const { isLong, start, end } of phasesFrom(from, this.#settings)) {
      const { folder, length, predictions } = this.#parts[isLong ? 1 : 0]!;
      const predictionsOf = maskAgain ? predictionsOfSteps(this.#settings, length) : () => predictions;
      const mask = maskAgain ? remasker(this.#tokenizer, this.#settings, length) : undefined;
      const instances = folder.dataset({ seed, ...(!isLong && { end: this.#trained }) }).repeat();
      let step = Math.max(from, start);
      let rows: PretrainingInstance[] = [];
      for await (const instance of instances.read({ epoch: 0, taken: (step - start) * batchSize })) {
        this.#checkIds(instance, folder);
        rows.push(mask === undefined ? instance : mask(instance, step * batchSize + rows.length));
        if (rows.length < batchSize) continue;
        yield pretrainingBatch(rows, { length, maxPredictions: predictionsOf(step), paddingId });
        rows = [];
        if (++step === end) break;
      }
    }
  }
}

/** A folder with the lengths from its index. @throws RangeError if it has none, or its shards have several */
async function partOf(path: string): Promise<Part> {
  const folder = await ShardFolder.open(path);
  const { max_seq_length: length, max_predictions_per_seq: predictions } = folder.shards[0]!;
  if (!Number.isSafeInteger(length) || !Number.isSafeInteger(predictions))
    throw new RangeError(
      `pretrain: ${path} has no max_seq_length and max_predictions_per_seq in its index.json. Write the shards with bertkit data.`,
    );
  const other = folder.shards.find(
    (shard) => shard["max_seq_length"] !== length || shard["max_predictions_per_seq"] !== predictions,
  );
  if (other !== undefined)
    throw new RangeError(
      `pretrain: ${path} has shards of several lengths: ${shapeOf(folder.shards[0]!)}, and ${shapeOf(other)}. Write them again with bertkit data, with the same settings for all parts.`,
    );
  const hasPairs = await isOfPairs(folder, folder.shards[0]!["pairs"]);
  return { folder, length: length as number, predictions: predictions as number, hasPairs };
}

/** Shards of earlier versions have no note of their pairs: those whose last instances have no random next have none. */
async function isOfPairs(folder: ShardFolder, note: unknown): Promise<boolean> {
  if (typeof note === "string") return note === "next-sentence" || note === "sentence-order";
  const last = await folder.last(Math.min(folder.size, 1000));
  return last.length < 64 || last.some(({ isRandomNext }) => isRandomNext);
}

function shapeOf({ raw_data, ...notes }: ShardEntry): string {
  return `${raw_data.basename} has max_seq_length ${shown(notes["max_seq_length"])} and max_predictions_per_seq ${shown(notes["max_predictions_per_seq"])}`;
}
