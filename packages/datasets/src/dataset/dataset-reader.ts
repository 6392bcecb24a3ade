import { checkObject, shown } from "@bertkit/checks";
import { DatasetError } from "../dataset-error.ts";
import type { DatasetParts } from "./pass.ts";

/** Position in a dataset, as JSON: save it with a model and pass it to `read` to resume. */
export interface DatasetPosition {
  /** Index of the pass, from 0. */
  readonly epoch: number;
  /** Number of items returned in this pass. */
  readonly taken: number;
}

/** Reads a pass of a dataset and keeps its position. */
export class DatasetReader<Item> implements AsyncIterableIterator<Item, void, undefined> {
  readonly #items: AsyncIterator<Item>;
  readonly #epoch: number;
  #taken: number;

  constructor({ name, size, open }: DatasetParts<Item>, position: DatasetPosition = { epoch: 0, taken: 0 }) {
    checkObject("Dataset.read", "position", position, "{ epoch, taken }");
    const { epoch, taken } = position;
    if (!isCount(epoch) || !isCount(taken) || taken > (size ?? Infinity))
      throw new DatasetError(
        "Dataset.read",
        `${name} has no position {"epoch":${shown(epoch)},"taken":${shown(taken)}}${size === undefined ? "" : `: a pass has ${size} items`}. Pass the position of a reader of this dataset.`,
      );
    this.#epoch = epoch;
    this.#taken = taken;
    this.#items = open({ epoch, skip: taken })[Symbol.asyncIterator]();
  }

  /** The position after the last returned item, for `dataset.read(position)`. */
  get position(): DatasetPosition {
    return { epoch: this.#epoch, taken: this.#taken };
  }

  async next(): Promise<IteratorResult<Item, void>> {
    const next = await this.#items.next();
    if (next.done) return { done: true, value: undefined };
    this.#taken++;
    return next;
  }

  async return(): Promise<IteratorResult<Item, void>> {
    await this.#items.return?.();
    return { done: true, value: undefined };
  }

  [Symbol.asyncIterator](): this {
    return this;
  }
}

function isCount(value: unknown): boolean {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}
