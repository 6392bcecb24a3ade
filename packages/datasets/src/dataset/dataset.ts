import { diskCached } from "#files";
import { checkCount } from "../iterables/check-count.ts";
import { collect } from "../iterables/collect.ts";
import { filter } from "../iterables/filter.ts";
import type { AnyIterable } from "../iterables/any-iterable.ts";
import { DatasetError } from "../dataset-error.ts";
import { type BatchOptions, batches } from "./batches.ts";
import { concatenated, interleaved, mixed, type MixOptions, type Until } from "./combined.ts";
import { type DatasetPosition, DatasetReader } from "./dataset-reader.ts";
import { type DatasetOptions, fromItems, type Items } from "./from-items.ts";
import { memoryCached } from "./memory-cache.ts";
import { type DatasetParts, type Pass, withoutFirst } from "./pass.ts";
import { prefetched } from "./prefetched.ts";
import { repeated } from "./repeated.ts";
import { type SeededShuffleOptions, shuffled } from "./shuffled.ts";
import { split, type SplitOptions } from "./split.ts";

/**
 * Items to read one after another, as often as wanted, and what is done with them on the way: each method gives a new
 * dataset and reads nothing. The same pass of a dataset always has the same items in the same order, so that a pass
 * can be left and continued (`read`).
 */
export class Dataset<Item> implements AsyncIterable<Item> {
  /** For messages and progress. */
  readonly name: string;
  /** Items in a pass: undefined where only reading them tells, Infinity where there is no end. */
  readonly size: number | undefined;
  /** Reads a pass of it. */
  readonly open: (pass: Pass) => AsyncIterable<Item>;

  constructor({ name, size, open }: DatasetParts<Item>) {
    this.name = name;
    this.size = size;
    this.open = open;
  }

  /** A dataset of an array, an iterable, or of what a function opens at each pass: what can be read once may be read once. */
  static from<Item>(items: Items<Item>, options: DatasetOptions = {}): Dataset<Item> {
    return new Dataset(fromItems(items, options));
  }

  /** One item of each dataset in turn. Default until "all": when one has ended, the others go on. */
  static interleave<Item>(
    datasets: readonly Dataset<Item>[],
    { until = "all" }: { until?: Until } = {},
  ): Dataset<Item> {
    return new Dataset(interleaved(datasets, until));
  }

  /** Each item from a dataset that is drawn at random by weight; the weights need no particular sum. */
  static mix<Item>(entries: readonly { dataset: Dataset<Item>; weight: number }[], options: MixOptions): Dataset<Item> {
    return new Dataset(mixed(entries, options));
  }

  [Symbol.asyncIterator](): AsyncIterator<Item> {
    return this.open({ epoch: 0, skip: 0 })[Symbol.asyncIterator]();
  }

  /** Reads a pass, or the rest of one from where `reader.position` said, without working out what was given before. */
  read(position?: DatasetPosition): DatasetReader<Item> {
    return new DatasetReader(this, position);
  }

  /** The dataset as its pass `epoch` has it, from 0: for a loop over epochs, in which `shuffle` gives another order each. */
  epoch(epoch: number): Dataset<Item> {
    checkCount("Dataset.epoch", "epoch", epoch, 0);
    return new Dataset({
      ...this.#parts(),
      open: ({ epoch: later, skip }) => this.open({ epoch: epoch + later, skip }),
    });
  }

  /** Each item through `transform`, in order, a promise awaited before the next; `index` counts within the pass. */
  map<Result>(transform: (item: Item, index: number) => Result | Promise<Result>): Dataset<Result> {
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
    return this.#unsized((items) => filter(items, keep));
  }

  /** All items of what `transform` makes of each item. */
  flatMap<Result>(
    transform: (item: Item, index: number) => AnyIterable<Result> | Promise<AnyIterable<Result>>,
  ): Dataset<Result> {
    return this.#unsized(async function* (items) {
      let index = 0;
      for await (const item of items) yield* await transform(item, index++);
    });
  }

  /** Random order, from a seed, another one for each pass. */
  shuffle(options: SeededShuffleOptions): Dataset<Item> {
    return new Dataset(shuffled(this, options));
  }

  /** Batches: of so many items, of a budget of tokens, or of one bucket of lengths each. */
  batch(options: number | BatchOptions<Item>): Dataset<Item[]> {
    return new Dataset(batches(this, typeof options === "object" ? options : { size: options }));
  }

  /** The first `count` items; what comes after them is not read. */
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

  /** All items `times` over, or without end, each time the next pass. */
  repeat(times: number = Infinity): Dataset<Item> {
    return new Dataset(repeated(this, times));
  }

  /** These items, then those of the others. */
  concat(...others: readonly Dataset<Item>[]): Dataset<Item> {
    return new Dataset(concatenated([this, ...others]));
  }

  /** Every `count`th item, from `index` on: a share for each of `count` workers. */
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
   * Keeps the items of the first pass that is read to its end and gives them, in that order, from then on: in memory, or
   * with `file` on disk (Node only), where the next process finds them too. Whoever changes what stands before it removes the file.
   */
  cache({ file }: { file?: string } = {}): Dataset<Item> {
    return new Dataset(file === undefined ? memoryCached(this) : diskCached(this, file));
  }

  /** Reads up to `count` items ahead, while the last one is being used. */
  prefetch(count: number = 1): Dataset<Item> {
    checkCount("Dataset.prefetch", "count", count);
    return new Dataset({ ...this.#parts(), open: (pass) => prefetched(this.open(pass), count) });
  }

  /** Disjoint parts by their shares, `{ train: 0.9, dev: 0.1 }`, seeded; `by` keeps the shares in each group. */
  async split<Name extends string>(
    shares: Readonly<Record<Name, number>>,
    options: SplitOptions<Item>,
  ): Promise<Record<Name, Dataset<Item>>> {
    const parts = await split(this, shares, options);
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

  /** What a pass becomes whose number of items is not known: it is worked out from its start, whatever is skipped. */
  #unsized<Result>(change: (items: AsyncIterable<Item>) => AsyncIterable<Result>): Dataset<Result> {
    const open = ({ epoch, skip }: Pass): AsyncIterable<Result> =>
      withoutFirst(change(this.open({ epoch, skip: 0 })), skip);
    return new Dataset({ name: this.name, size: undefined, open });
  }
}
