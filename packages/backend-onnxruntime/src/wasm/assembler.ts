/** Value types of WebAssembly's binary format. */
export const i32 = 0x7f;
export const f32 = 0x7d;
export const f64 = 0x7c;
export const v128 = 0x7b;

export type Code = readonly number[];

/** Unsigned LEB128. */
export function unsigned(value: number): number[] {
  const bytes: number[] = [];
  let rest = value;
  for (; rest > 127; rest >>>= 7) bytes.push((rest & 127) | 128);
  bytes.push(rest);
  return bytes;
}

function simd(opcode: number, ...operands: number[]): Code {
  return [0xfd, ...unsigned(opcode), ...operands];
}

interface Instructions {
  get(local: number): Code;
  set(local: number): Code;
  tee(local: number): Code;
  /** An integer 0 … 63: one byte of signed LEB128. */
  constant(value: number): Code;
  addInteger: Code;
  /** Comparison of unsigned integers. */
  less: Code;
  addDouble: Code;
  load: Code;
  store(offset?: number): Code;
  /** Loads two floats into the low half. */
  loadPair(offset: number): Code;
  splat: Code;
  promotePair: Code;
  addDoubles: Code;
  multiplyDoubles: Code;
  double(lane: number): Code;
  sqrt: Code;
  add: Code;
  subtract: Code;
  multiply: Code;
  divide: Code;
  /** Four integers, as a constant. */
  integers(a: number, b: number, c: number, d: number): Code;
  spreadInteger: Code;
  addIntegers: Code;
  multiplyIntegers: Code;
  /** Shifts by this many bits, 0 … 63, filling with zeros. */
  shiftRight(bits: number): Code;
  and: Code;
  xor: Code;
  /** Eight times the lower 16 bits of an i32. */
  spreadShort: Code;
  /** For each of eight 16-bit lanes: all bits set if a ≥ b as unsigned integers, else none. */
  atLeastShort: Code;
  /** Sixteen 8-bit lanes from the signed 16-bit lanes of two vectors, clamped to the 8-bit range. */
  narrowShorts: Code;
  /** Repeats the body while it leaves a nonzero i32. */
  loopWhile(body: Code): Code;
}

/** The instructions that this package's loops need. */
export const op: Instructions = {
  get: (local) => [0x20, ...unsigned(local)],
  set: (local) => [0x21, ...unsigned(local)],
  tee: (local) => [0x22, ...unsigned(local)],
  constant: (value) => [0x41, value],
  addInteger: [0x6a],
  less: [0x49],
  addDouble: [0xa0],
  load: simd(0, 4, 0),
  store: (offset = 0) => simd(11, 4, offset),
  loadPair: (offset) => simd(93, 3, offset),
  splat: simd(19),
  promotePair: simd(95),
  addDoubles: simd(240),
  multiplyDoubles: simd(242),
  double: (lane) => simd(33, lane),
  sqrt: simd(227),
  add: simd(228),
  subtract: simd(229),
  multiply: simd(230),
  divide: simd(231),
  integers: (...lanes) => simd(12, ...new Uint8Array(Int32Array.from(lanes).buffer)),
  spreadInteger: simd(17),
  addIntegers: simd(174),
  multiplyIntegers: simd(181),
  shiftRight: (bits) => [0x41, bits, ...simd(173)],
  and: simd(78),
  xor: simd(81),
  spreadShort: simd(16),
  atLeastShort: simd(54),
  narrowShorts: simd(101),
  loopWhile: (body) => [0x03, 0x40, ...body, 0x0d, 0, 0x0b],
};

export interface WasmFunction {
  readonly name: string;
  readonly parameters: Code;
  readonly results: Code;
  readonly locals: Code;
  readonly body: Code;
}

/** Memory types: at least one page; or shared between threads, at most 4 GiB. */
const [ownMemory, sharedMemory] = [
  [0x00, 0x01],
  [0x03, 0x01, ...unsigned(65_536)],
] as const;

/**
 * A module of functions with one imported memory, "env" "memory".
 * @param shared whether threads share that memory
 */
export function assemble(functions: readonly WasmFunction[], shared = false): Uint8Array<ArrayBuffer> {
  const types = functions.map(({ parameters, results }) => [
    0x60,
    ...vector(parameters.map((type) => [type])),
    ...vector(results.map((type) => [type])),
  ]);
  const memoryImport = [...name("env"), ...name("memory"), 0x02, ...(shared ? sharedMemory : ownMemory)];
  const exports = functions.map((each, i) => [...name(each.name), 0x00, ...unsigned(i)]);
  const bodies = functions.map(({ locals, body }) => {
    const code = [...vector(locals.map((type) => [1, type])), ...body, 0x0b];
    return [...unsigned(code.length), ...code];
  });
  return Uint8Array.from([
    0x00,
    0x61,
    0x73,
    0x6d,
    0x01,
    0x00,
    0x00,
    0x00,
    ...section(1, types),
    ...section(2, [memoryImport]),
    ...section(
      3,
      functions.map((_, i) => unsigned(i)),
    ),
    ...section(7, exports),
    ...section(10, bodies),
  ]);
}

function vector(items: readonly Code[]): number[] {
  return [...unsigned(items.length), ...items.flat()];
}

function section(id: number, items: readonly Code[]): number[] {
  const content = vector(items);
  return [id, ...unsigned(content.length), ...content];
}

function name(text: string): number[] {
  return [...unsigned(text.length), ...new TextEncoder().encode(text)];
}
