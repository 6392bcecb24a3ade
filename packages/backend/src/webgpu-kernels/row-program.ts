import type { TensorInfo } from "@tensorflow/tfjs-core";
import type { WebgpuBackend } from "./webgpu-backend.ts";
import { WebgpuProgram, type ProgramParts } from "./webgpu-program.ts";

/** A program with one workgroup a row, in two sizes: for short and for long rows. */
export class RowProgram {
  readonly #short: WebgpuProgram;
  readonly #long: WebgpuProgram;

  /** @param make the parts for a workgroup of that many invocations */
  constructor(make: (groupSize: 64 | 256) => ProgramParts) {
    this.#short = new WebgpuProgram(make(64));
    this.#long = new WebgpuProgram(make(256));
  }

  run(
    backend: WebgpuBackend,
    tensors: Readonly<Record<string, TensorInfo>>,
    numbers: Readonly<Record<string, number>> & { readonly rows: number; readonly size: number },
    otherGroups = 0,
  ): void {
    const program = numbers.size < 512 ? this.#short : this.#long;
    program.run(backend, tensors, numbers, numbers.rows + otherGroups);
  }
}

/** x's rows: the product of all axes but the last, and the last. */
export function rowsOf({ shape }: TensorInfo): { rows: number; size: number } {
  return { rows: shape.slice(0, -1).reduce((product, size) => product * size, 1), size: shape.at(-1)! };
}
