import { assemble, i32, op, v128, type Code, type WasmFunction } from "../wasm/assembler.ts";

const pageBytes = 65_536;
const step = 0x9e3779b9;

/**
 * Bytes that are 1, or 0 where dropped, two per 32-bit draw: draw k is splitmix32 of seed + (k + 1) · step, and a
 * 16-bit half below the threshold drops its element. The same as ops computes in JavaScript, sixteen at a time.
 */
function maskLoop(): WasmFunction {
  const [end, seed, threshold] = [0, 1, 2] as const;
  const [at, state, z, limit] = [3, 4, 5, 6] as const;
  const mix = (bits: number): Code => [...op.get(z), ...op.get(z), ...op.shiftRight(bits), ...op.xor];
  const times = (factor: number): Code => [
    ...op.integers(factor, factor, factor, factor),
    ...op.multiplyIntegers,
    ...op.set(z),
  ];
  /** The halves of four draws in order are eight lanes of 16 bits. */
  const eight: Code = [
    ...op.get(state),
    ...op.set(z),
    ...mix(16),
    ...times(0x21f0aaad),
    ...mix(15),
    ...times(0x735a2d97),
    ...mix(15),
    ...op.get(limit),
    ...op.atLeastShort,
    ...op.get(state),
    ...op.integers(4 * step, 4 * step, 4 * step, 4 * step),
    ...op.addIntegers,
    ...op.set(state),
  ];
  const loop: Code = op.loopWhile([
    ...op.get(at),
    ...eight,
    ...eight,
    ...op.narrowShorts,
    ...op.integers(0x01010101, 0x01010101, 0x01010101, 0x01010101),
    ...op.and,
    ...op.store(),
    ...op.get(at),
    ...op.constant(16),
    ...op.addInteger,
    ...op.tee(at),
    ...op.get(end),
    ...op.less,
  ]);
  const start: Code = [
    ...op.get(seed),
    ...op.spreadInteger,
    ...op.integers(step, 2 * step, 3 * step, 4 * step),
    ...op.addIntegers,
    ...op.set(state),
    ...op.get(threshold),
    ...op.spreadShort,
    ...op.set(limit),
  ];
  return {
    name: "mask",
    parameters: [i32, i32, i32],
    results: [],
    locals: [i32, v128, v128, v128],
    body: [...start, ...loop],
  };
}

interface MaskLoop {
  /** Writes from address 0 to `end`, a multiple of 16. */
  mask(end: number, seed: number, threshold: number): void;
}

let memory: WebAssembly.Memory | undefined;
let loop: MaskLoop | undefined;

/** Fills the array with the mask of this seed; `threshold` below 65,536. */
export function fillMask(values: Uint8Array, threshold: number, seed: number): void {
  const bytes = Math.ceil(values.length / 16) * 16;
  memory ??= new WebAssembly.Memory({ initial: 1 });
  loop ??= new WebAssembly.Instance(new WebAssembly.Module(assemble([maskLoop()])), { env: { memory } })
    .exports as unknown as MaskLoop;
  const missing = bytes - memory.buffer.byteLength;
  if (missing > 0) memory.grow(Math.ceil(missing / pageBytes));
  loop.mask(bytes, seed, threshold);
  values.set(new Uint8Array(memory.buffer, 0, values.length));
}
