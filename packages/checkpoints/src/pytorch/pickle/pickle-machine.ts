import { pytorchError } from "../pytorch-error.ts";
import { PickleFunction, type PickleWorld } from "./pickle-values.ts";

/** Maximum number of values. A state dict has about 30 per tensor. */
const maxValues = 1 << 22;
/** Maximum gap in memo indices. Pickles number them consecutively from 0 or 1. */
const maxGap = 1024;

/** The stack, marks and memo of the pickle machine. Every value is data; nothing can be executed. */
export class PickleMachine {
  readonly world: PickleWorld;
  readonly #stack: unknown[] = [];
  readonly #marks: number[] = [];
  readonly #memo: unknown[] = [];
  #values = 0;

  constructor(world: PickleWorld) {
    this.world = world;
  }

  push(value: unknown): void {
    if (++this.#values > maxValues) throw pytorchError(`the pickle makes more than ${maxValues} values.`);
    this.#stack.push(value);
  }

  pop(): unknown {
    if (this.#stack.length <= this.#floor()) throw pytorchError("the pickle pops a value from an empty stack.");
    return this.#stack.pop();
  }

  top(): unknown {
    if (this.#stack.length <= this.#floor()) throw pytorchError("the pickle reads a value from an empty stack.");
    return this.#stack.at(-1);
  }

  mark(): void {
    this.#marks.push(this.#stack.length);
  }

  /** Pops the latest mark and the values above it; returns the values. */
  popToMark(): unknown[] {
    const mark = this.#marks.pop();
    if (mark === undefined) throw pytorchError("the pickle pops a mark that it never pushed.");
    return this.#stack.splice(mark);
  }

  memorise(place: number = this.#memo.length): void {
    if (place > this.#memo.length + maxGap)
      throw pytorchError(`the pickle stores memo ${place} before memo ${this.#memo.length}; indices start from 0.`);
    while (this.#memo.length < place) this.#memo.push(undefined);
    this.#memo[place] = this.top();
  }

  recall(place: number): void {
    const value = this.#memo[place];
    if (value === undefined) throw pytorchError(`the pickle reads memo ${place}, which it never stored.`);
    this.push(value);
  }

  call(target: unknown, args: readonly unknown[]): void {
    if (!(target instanceof PickleFunction)) throw pytorchError("the pickle calls something that is not a function.");
    this.push(target.call(args));
  }

  #floor(): number {
    return this.#marks.at(-1) ?? 0;
  }
}
