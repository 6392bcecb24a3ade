import { assemble, f32, i32, op, v128, type Code, type WasmFunction } from "../wasm/assembler.ts";

const pageBytes = 65_536;
const step = 0x9e3779b9;

/**
 * Floats that are 0 or `kept`, two for each 32-bit draw: the k-th draw is splitmix32's of seed + (k + 1) · step, and a
 * half of it below the threshold gives 0. So the same as ops computes in JavaScript, eight floats at a time.
 */
function maskLoop(): WasmFunction {
  const [end, seed, threshold, kept] = [0, 1, 2, 3] as const;
  const [at, state, z, limit, value, low, high] = [4, 5, 6, 7, 8, 9, 10] as const;
  const mix = (bits: number): Code => [...op.get(z), ...op.get(z), ...op.shiftRight(bits), ...op.xor];
  const times = (factor: number): Code => [
    ...op.integers(factor, factor, factor, factor),
    ...op.multiplyIntegers,
    ...op.set(z),
  ];
  const chosen: Code = [...op.get(limit), ...op.atLeast, ...op.get(value), ...op.and];
  const loop: Code = op.loopWhile([
    ...op.get(state),
    ...op.set(z),
    ...mix(16),
    ...times(0x21f0aaad),
    ...mix(15),
    ...times(0x735a2d97),
    ...mix(15),
    ...op.set(z),
    ...op.get(z),
    ...op.integers(0xffff, 0xffff, 0xffff, 0xffff),
    ...op.and,
    ...chosen,
    ...op.set(low),
    ...op.get(z),
    ...op.shiftRight(16),
    ...chosen,
    ...op.set(high),
    ...op.get(at),
    ...op.get(low),
    ...op.get(high),
    ...op.interleave(0),
    ...op.store(),
    ...op.get(at),
    ...op.get(low),
    ...op.get(high),
    ...op.interleave(1),
    ...op.store(16),
    ...op.get(state),
    ...op.integers(4 * step, 4 * step, 4 * step, 4 * step),
    ...op.addIntegers,
    ...op.set(state),
    ...op.get(at),
    ...op.constant(32),
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
    ...op.spreadInteger,
    ...op.set(limit),
    ...op.get(kept),
    ...op.splat,
    ...op.set(value),
  ];
  return {
    name: "mask",
    parameters: [i32, i32, i32, f32],
    results: [],
    locals: [i32, v128, v128, v128, v128, v128, v128],
    body: [...start, ...loop],
  };
}

interface MaskLoop {
  /** Writes from address 0 to `end`, a multiple of 32. */
  mask(end: number, seed: number, threshold: number, kept: number): void;
}

let memory: WebAssembly.Memory | undefined;
let loop: MaskLoop | undefined;

/** Fills the array with the mask of this seed. */
export function fillMask(values: Float32Array, threshold: number, seed: number): void {
  const bytes = Math.ceil(values.length / 8) * 32;
  memory ??= new WebAssembly.Memory({ initial: 1 });
  loop ??= new WebAssembly.Instance(new WebAssembly.Module(assemble([maskLoop()])), { env: { memory } })
    .exports as unknown as MaskLoop;
  const missing = bytes - memory.buffer.byteLength;
  if (missing > 0) memory.grow(Math.ceil(missing / pageBytes));
  loop.mask(bytes, seed, threshold, 65_536 / (65_536 - threshold));
  values.set(new Float32Array(memory.buffer, 0, values.length));
}
