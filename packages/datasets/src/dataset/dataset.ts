import { callable, checkList, checkObject, checkOptions, checkValue } from "@bertkit/checks";
import { diskCached } from "#files";
import { checkCount } from "../iterables/check-count.ts";
import { collect } from "../iterables/collect.ts";
import { filter } from "../iterables/filter.ts";
import type { AnyIterable } from "../iterables/any-iterable.ts";
import { DatasetError } from "../dataset-error.ts";
import { cacheRules } from "../option-rules.ts";
import { type BatchOptions, batches } from "./batches.ts";
import { concatenated, interleaved, mixed, type InterleaveOptions, type MixOptions } from "./combined.ts";
import { type DatasetPosition, DatasetReader } from "./dataset-reader.ts";
import { type DatasetOptions, fromItems, type Items } from "./from-items.ts";
import { memoryCached } from "./memory-cache.ts";
import { requireEnd } from "./require-end.ts";
import { type DatasetParts, type Pass, withoutFirst } from "./pass.ts";
import { prefetched } from "./prefetched.ts";
import { repeated } from "./repeated.ts";
import { type SeededShuffleOptions, shuffled } from "./shuffled.ts";
import { split, type SplitOptions } from "./split.ts";

export interface CacheOptions {
  /** Keep the items in this file, not in memory. Node only. */
  readonly file?: string;
}

/**
 * A sequence of items that can be read repeatedly. Each method returns a new dataset without reading anything. The same
 * pass always has the same items in the same order, so that reading can be resumed (`read`).
 */
export class Dataset<Item> implements AsyncIterable<Item> {
  /** For messages and progress. */
  readonly name: string;
  /** Number of items per pass; undefined if unknown, Infinity if endless. */
  readonly size: number | undefined;
  /** Reads a pass of it. */
  readonly open: (pass: Pass) => AsyncIterable<Item>;

  constructor(parts: DatasetParts<Item>) {
    checkObject("Dataset", "parts", parts, "{ name, size, open }", "name", "open");
    const { name, size, open } = parts;
    checkValue(
      "Dataset",
      "open",
      open,
      callable,
      "Pass ({ epoch, skip }) => the items of a pass, or use Dataset.from.",
    );
    this.name = name;
    this.size = size;
    this.open = (pass) => {
      checkObject("Dataset.open", "pass", pass, "{ epoch, skip }", "epoch", "skip");
      return open(pass);
    };
  }

  /**
   * A dataset of an array, an iterable, or a function that opens an iterable for each pass. A generator or stream can
   * be read only once.
   */
  static from<Item>(items: Items<Item>, options: DatasetOptions = {}): Dataset<Item> {
    return new Dataset(fromItems(items, options));
  }

  /** Alternates between the datasets. Default until "all": when one has ended, the others continue. */
  static interleave<Item>(datasets: readonly Dataset<Item>[], options: InterleaveOptions = {}): Dataset<Item> {
    return new Dataset(interleaved(datasets, options));
  }

  /** Draws the dataset of each item at random by weight; weights are normalized. */
  static mix<Item>(entries: readonly { dataset: Dataset<Item>; weight: number }[], options: MixOptions): Dataset<Item> {
    return new Dataset(mixed(entries, options));
  }

  [Symbol.asyncIterator](): AsyncIterator<Item> {
    return this.open({ epoch: 0, skip: 0 })[Symbol.asyncIterator]();
  }

  /** Reads a pass, or resumes one at a `reader.position`, without computing the previous items. */
  read(position?: DatasetPosition): DatasetReader<Item> {
    return new DatasetReader(this, position);
  }

  /** Pass `epoch` of the dataset, from 0: for a loop over epochs, each with a new order of `shuffle`. */
  epoch(epoch: number): Dataset<Item> {
    checkCount("Dataset.epoch", "epoch", epoch, 0);
    return new Dataset({
      ...this.#parts(),
      open: ({ epoch: later, skip }) => this.open({ epoch: epoch + later, skip }),
    });
  }

  /** Maps each item in order, awaiting promises; `index` counts within the pass. */
  map<Result>(transform: (item: Item, index: number) => Result | Promise<Result>): Dataset<Result> {
    checkValue("Dataset.map", "transform", transform, callable, "Pass a function of an item.");
    const open = async function* (this: Dataset<Item>, { epoch, skip }: Pass): AsyncGenerator<Result, void, undefined> {
      let index = skip;
      for await (const item of this.open({ epoch, skip })) yield await transform(item, index++);
    };
    return new Dataset({ name: this.name, size: this.size, open: open.bind(this) });
  }

  /** The items for which `keep` is true. */
  filter<Kept extends Item>(keep: (item: Item, index: number) => item is Kept): Dataset<Kept>;
  filter(keep: (item: Item, index: number) => boolean | Promise<boolean>): Dataset<Item>;
  filter(keep: (item: Item, index: number) => boolean | Promise<boolean>): Dataset<Item> {
    checkValue("Dataset.filter", "keep", keep, callable, "Pass a function of an item.");
    return this.#unsized((items) => filter(items, keep));
  }

  /** Maps each item to several and concatenates the results. */
  flatMap<Result>(
    transform: (item: Item, index: number) => AnyIterable<Result> | Promise<AnyIterable<Result>>,
  ): Dataset<Result> {
    checkValue("Dataset.flatMap", "transform", transform, callable, "Pass a function of an item.");
    return this.#unsized(async function* (items) {
      let index = 0;
      for await (const item of items) {
        const results = await transform(item, index++);
        checkList("Dataset.flatMap", "what transform returns", results, "items");
        yield* results;
      }
    });
  }

  /** Shuffles with a seed, in a new order for each pass. */
  shuffle(options: SeededShuffleOptions): Dataset<Item> {
    return new Dataset(shuffled(this, options));
  }

  /** Groups items into batches by number of items, by tokens, or by buckets of similar length. */
  batch(options: number | BatchOptions<Item>): Dataset<Item[]> {
    return new Dataset(batches(this, typeof options === "object" ? options : { size: options }));
  }

  /** The first `count` items; later items are not read. */
  take(count: number): Dataset<Item> {
    checkCount("Dataset.take", "count", count, 0);
    const open = async function* (this: Dataset<Item>, { epoch, skip }: Pass): AsyncGenerator<Item, void, undefined> {
      let left = count - skip;
      if (left <= 0) return;
      for await (const item of this.open({ epoch, skip })) {
        yield item;
        if (--left === 0) return;
      }
    };
    const size = this.size === undefined ? undefined : Math.min(this.size, count);
    return new Dataset({ name: this.name, size, open: open.bind(this) });
  }

  /** The items after the first `count`. */
  skip(count: number): Dataset<Item> {
    checkCount("Dataset.skip", "count", count, 0);
    const size = this.size === undefined ? undefined : Math.max(0, this.size - count);
    return new Dataset({ name: this.name, size, open: ({ epoch, skip }) => this.open({ epoch, skip: skip + count }) });
  }

  /** Repeats the dataset `times` times or endlessly, each time with the next pass. */
  repeat(times: number = Infinity): Dataset<Item> {
    return new Dataset(repeated(this, times));
  }

  /** Concatenates these items and those of the others. */
  concat(...others: readonly Dataset<Item>[]): Dataset<Item> {
    return new Dataset(concatenated([this, ...others]));
  }

  /** Every `count`th item from `index`: one shard for each of `count` workers. */
  shard(count: number, index: number): Dataset<Item> {
    checkCount("Dataset.shard", "count", count);
    checkCount("Dataset.shard", "index", index, 0);
    if (index >= count)
      throw new DatasetError(
        "Dataset.shard",
        `index must be below count, ${count}, got ${index}. Shards count from 0.`,
      );
    const open = async function* (this: Dataset<Item>, { epoch, skip }: Pass): AsyncGenerator<Item, void, undefined> {
      let place = 0;
      for await (const item of this.open({ epoch, skip: index + skip * count })) if (place++ % count === 0) yield item;
    };
    const size = this.size === undefined ? undefined : Math.max(0, Math.ceil((this.size - index) / count));
    return new Dataset({ name: this.name, size, open: open.bind(this) });
  }

  /**
   * Caches the items of the first complete pass and returns them, in that order, in later passes: in memory, or with
   * `file` on disk (Node only), also for later processes. Remove the file if you change the dataset before the cache.
   */
  cache(options: CacheOptions = {}): Dataset<Item> {
    checkOptions("Dataset.cache", options, cacheRules);
    requireEnd(this, "Dataset.cache", "Cache before repeat.");
    const { file } = options;
    return new Dataset(file === undefined ? memoryCached(this) : diskCached(this, file));
  }

  /** Reads up to `count` items ahead in the background. */
  prefetch(count: number = 1): Dataset<Item> {
    checkCount("Dataset.prefetch", "count", count);
    return new Dataset({ ...this.#parts(), open: (pass) => prefetched(this.open(pass), count) });
  }

  /**
   * Splits at random into disjoint parts by fractions, `{ train: 0.9, dev: 0.1 }`, with a seed; `by` stratifies by
   * group.
   */
  async split<Name extends string>(
    fractions: Readonly<Record<Name, number>>,
    options: SplitOptions<Item>,
  ): Promise<Record<Name, Dataset<Item>>> {
    const parts = await split(this, fractions, options);
    const entries = Object.entries<DatasetParts<Item>>(parts).map(([name, part]) => [name, new Dataset(part)]);
    return Object.fromEntries(entries) as Record<Name, Dataset<Item>>;
  }

  /** All items of a pass in one array. */
  async toArray(): Promise<Item[]> {
    return collect(this);
  }

  #parts(): DatasetParts<Item> {
    return { name: this.name, size: this.size, open: this.open };
  }

  /** Skips items by reading them, if the number of items is unknown. */
  #unsized<Result>(change: (items: AsyncIterable<Item>) => AsyncIterable<Result>): Dataset<Result> {
    const open = ({ epoch, skip }: Pass): AsyncIterable<Result> =>
      withoutFirst(change(this.open({ epoch, skip: 0 })), skip);
    return new Dataset({ name: this.name, size: undefined, open });
  }
}
