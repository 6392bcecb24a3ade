import { pytorchError } from "../pytorch-error.ts";
import { PickleFunction, type PickleWorld } from "./pickle-values.ts";

/** The stack, marks and memo of a pickle under way. Every value is data: there is nothing here that could run. */
export class PickleMachine {
  readonly world: PickleWorld;
  readonly #stack: unknown[] = [];
  readonly #marks: number[] = [];
  readonly #memo = new Map<number, unknown>();

  constructor(world: PickleWorld) {
    this.world = world;
  }

  push(value: unknown): void {
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

  memorise(place: number = this.#memo.size): void {
    this.#memo.set(place, this.top());
  }

  recall(place: number): void {
    if (!this.#memo.has(place)) throw pytorchError(`the pickle recalls value ${place}, which it never kept.`);
    this.#stack.push(this.#memo.get(place));
  }

  call(target: unknown, args: readonly unknown[]): void {
    if (!(target instanceof PickleFunction)) throw pytorchError("the pickle calls something that is not a function.");
    this.#stack.push(target.call(args));
  }

  #floor(): number {
    return this.#marks.at(-1) ?? 0;
  }
}
