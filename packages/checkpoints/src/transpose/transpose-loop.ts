// A WebAssembly module with one function that transposes four by four floats at a time: JavaScript has no SIMD, and
// takes about twice as long. Its bytes are assembled here, so that the package is plain JavaScript.

type Code = readonly number[];

/** The compiled loop on one memory. All arguments are in bytes, multiples of 16. */
export interface TransposeLoop {
  /**
   * Transposes the block of 4-byte elements at `from`, with rows of `width` bytes, `fromStride` apart, into the block
   * at `to`, with rows of `height` bytes, `toStride` apart.
   */
  transpose(from: number, to: number, width: number, height: number, fromStride: number, toStride: number): void;
}

const [i32, v128] = [0x7f, 0x7b] as const;
const add: Code = [0x6a];
const lessUnsigned: Code = [0x49];
const get = (local: number): Code => [0x20, local];
const set = (local: number): Code => [0x21, local];
const tee = (local: number): Code => [0x22, local];
const constant = (value: number): Code => [0x41, value];
const load: Code = [0xfd, 0, 4, 0];
const store: Code = [0xfd, 11, 4, 0];
const loopWhile = (body: Code): Code => [0x03, 0x40, ...body, 0x0d, 0, 0x0b];
/** Four of the eight lanes of two vectors. */
const shuffle = (...lanes: number[]): Code => [
  0xfd,
  13,
  ...lanes.flatMap((lane) => [0, 1, 2, 3].map((byte) => 4 * lane + byte)),
];

function transposeBody(): Code {
  const [from, to, width, height, fromStride, toStride] = [0, 1, 2, 3, 4, 5] as const;
  const [row, end, target] = [6, 7, 8] as const;
  const sources = [9, 10, 11, 12] as const; // addresses in four rows
  const rows = [13, 14, 15, 16] as const; // a b c d of each
  const pairs = [17, 18, 19, 20] as const; // a0 a1 b0 b1, c0 c1 d0 d1, then the same of rows 2 and 3
  const interleave = (first: number, second: number, half: 0 | 1, pair: number): Code => [
    ...get(first),
    ...get(second),
    ...shuffle(2 * half, 4 + 2 * half, 1 + 2 * half, 5 + 2 * half),
    ...set(pair),
  ];
  const next = (local: number, by: Code): Code => [...get(local), ...by, ...add];
  const column = (first: number, second: number, half: 0 | 1): Code => [
    ...get(target),
    ...get(first),
    ...get(second),
    ...shuffle(2 * half, 1 + 2 * half, 4 + 2 * half, 5 + 2 * half),
    ...store,
    ...next(target, get(toStride)),
    ...set(target),
  ];
  const fourByFour: Code = [
    ...rows.flatMap((local, i) => [...get(sources[i]!), ...load, ...set(local)]),
    ...interleave(rows[0], rows[1], 0, pairs[0]),
    ...interleave(rows[0], rows[1], 1, pairs[1]),
    ...interleave(rows[2], rows[3], 0, pairs[2]),
    ...interleave(rows[2], rows[3], 1, pairs[3]),
    ...column(pairs[0], pairs[2], 0),
    ...column(pairs[0], pairs[2], 1),
    ...column(pairs[1], pairs[3], 0),
    ...column(pairs[1], pairs[3], 1),
    ...sources.slice(1).flatMap((source) => [...next(source, constant(16)), ...set(source)]),
    ...next(sources[0], constant(16)),
    ...tee(sources[0]),
    ...get(end),
    ...lessUnsigned,
  ];
  return loopWhile([
    ...get(from),
    ...tee(sources[0]),
    ...[sources[1], sources[2], sources[3]].flatMap((source) => [...get(fromStride), ...add, ...tee(source)]),
    ...get(fromStride),
    ...add,
    ...set(from), // the next four rows
    ...next(to, get(row)),
    ...set(target),
    ...next(sources[0], get(width)),
    ...set(end),
    ...loopWhile(fourByFour),
    ...next(row, constant(16)),
    ...tee(row),
    ...get(height),
    ...lessUnsigned,
  ]);
}

/** Unsigned LEB128. */
function unsigned(value: number): Code {
  return value < 128 ? [value] : [(value & 127) | 128, ...unsigned(value >>> 7)];
}

function vector(items: readonly Code[]): Code {
  return [...unsigned(items.length), ...items.flat()];
}

function section(id: number, item: Code): Code {
  const content = vector([item]);
  return [id, ...unsigned(content.length), ...content];
}

/** The magic number and the version. */
const header: Code = [0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00];

function assemble(): Uint8Array<ArrayBuffer> {
  const name = (text: string): Code => vector([...new TextEncoder().encode(text)].map((byte) => [byte]));
  const locals = [...new Array<number>(7).fill(i32), ...new Array<number>(8).fill(v128)].map((type) => [1, type]);
  const code = [...vector(locals), ...transposeBody(), 0x0b];
  return Uint8Array.from([
    ...header,
    ...section(1, [0x60, ...vector(new Array<Code>(6).fill([i32])), 0x00]),
    ...section(2, [...name("env"), ...name("memory"), 0x02, 0x00, 0x01]), // memory of at least one page
    ...section(3, [0x00]),
    ...section(7, [...name("transpose"), 0x00, 0x00]),
    ...section(10, [...unsigned(code.length), ...code]),
  ]);
}

let compiled: WebAssembly.Module | undefined;

/** Throws if there is no WebAssembly with SIMD, or a page's policy forbids it. */
export function transposeLoop(memory: WebAssembly.Memory): TransposeLoop {
  compiled ??= new WebAssembly.Module(assemble());
  return new WebAssembly.Instance(compiled, { env: { memory } }).exports as unknown as TransposeLoop;
}
