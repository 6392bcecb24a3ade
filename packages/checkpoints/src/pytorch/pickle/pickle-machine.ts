import { pytorchError } from "../pytorch-error.ts";
import { PickleFunction, type PickleWorld } from "./pickle-values.ts";

/** Pickles of state dicts make some 30 a tensor. */
const mostValues = 1 << 22;
/** Pickles number what they keep from 0, or 1, on; not much may be left out. */
const largestGap = 1024;

/** The stack, marks and memo of a pickle under way. Every value is data: there is nothing here that could run. */
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
    if (++this.#values > mostValues) throw pytorchError(`the pickle makes more than ${mostValues} values.`);
    this.#stack.push(value);
  }

  pop(): unknown {
    if (this.#stack.length <= this.#floor()) throw pytorchError("the pickle takes a value that it never made.");
    return this.#stack.pop();
  }

  top(): unknown {
    if (this.#stack.length <= this.#floor()) throw pytorchError("the pickle uses a value that it never made.");
    return this.#stack.at(-1);
  }

  mark(): void {
    this.#marks.push(this.#stack.length);
  }

  /** The values above the latest mark, both taken off. */
  popToMark(): unknown[] {
    const mark = this.#marks.pop();
    if (mark === undefined) throw pytorchError("the pickle closes a list that it never opened.");
    return this.#stack.splice(mark);
  }

  memorise(place: number = this.#memo.length): void {
    if (place > this.#memo.length + largestGap)
      throw pytorchError(`the pickle keeps value ${place} before it kept ${this.#memo.length}; pickles count from 0.`);
    while (this.#memo.length < place) this.#memo.push(undefined);
    this.#memo[place] = this.top();
  }

  recall(place: number): void {
    const value = this.#memo[place];
    if (value === undefined) throw pytorchError(`the pickle recalls value ${place}, which it never kept.`);
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
