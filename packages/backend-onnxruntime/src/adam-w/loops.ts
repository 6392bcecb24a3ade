import { assemble, f32, f64, i32, op, v128, type Code, type WasmFunction } from "../wasm/assembler.ts";

/** The compiled loops over one memory. Addresses and lengths are in bytes, both multiples of 16; no length is 0. */
export interface AdamWLoops {
  /** Σ x² of the floats from `start` to `end`, summed in double precision. */
  sumOfSquares(start: number, end: number): number;
  /**
   * One update of `bytes` of parameters: m and v move toward scale·g and its square, and
   * p −= rate · m / (√v · rootScale + epsilon) + decay · p.
   */
  update(
    parameters: number,
    m: number,
    v: number,
    gradients: number,
    bytes: number,
    scale: number,
    beta1: number,
    rest1: number,
    beta2: number,
    rest2: number,
    rate: number,
    rootScale: number,
    epsilon: number,
    decay: number,
  ): void;
}

function sumOfSquares(): WasmFunction {
  const [at, end, low, high, x] = [0, 1, 2, 3, 4] as const;
  const accumulate = (sum: number, offset: number): Code => [
    ...op.get(at),
    ...op.loadPair(offset),
    ...op.promotePair,
    ...op.tee(x),
    ...op.get(x),
    ...op.multiplyDoubles,
    ...op.get(sum),
    ...op.addDoubles,
    ...op.set(sum),
  ];
  const body: Code = [
    ...op.loopWhile([
      ...accumulate(low, 0),
      ...accumulate(high, 8),
      ...op.get(at),
      ...op.constant(16),
      ...op.addInteger,
      ...op.tee(at),
      ...op.get(end),
      ...op.less,
    ]),
    ...op.get(low),
    ...op.get(high),
    ...op.addDoubles,
    ...op.tee(x),
    ...op.double(0),
    ...op.get(x),
    ...op.double(1),
    ...op.addDouble,
  ];
  return { name: "sumOfSquares", parameters: [i32, i32], results: [f64], locals: [v128, v128, v128], body };
}

function update(): WasmFunction {
  const [p, m, v, g, bytes] = [0, 1, 2, 3, 4] as const;
  const numbers = 9; // parameters 5 to 13, floats, each spread over a vector in locals 14 to 22
  const [scale, beta1, rest1, beta2, rest2, rate, rootScale, epsilon, decay] = [
    14, 15, 16, 17, 18, 19, 20, 21, 22,
  ] as const;
  const [at, gradient, first, second, parameter] = [23, 24, 25, 26, 27] as const;
  const address = (base: number): Code => [...op.get(base), ...op.get(at), ...op.addInteger];
  const spread: Code = [5, 6, 7, 8, 9, 10, 11, 12, 13].flatMap((number) => [
    ...op.get(number),
    ...op.splat,
    ...op.set(number + numbers),
  ]);
  const loop: Code = op.loopWhile([
    ...address(g),
    ...op.load,
    ...op.get(scale),
    ...op.multiply,
    ...op.set(gradient),
    ...address(m),
    ...address(m),
    ...op.load,
    ...op.get(beta1),
    ...op.multiply,
    ...op.get(gradient),
    ...op.get(rest1),
    ...op.multiply,
    ...op.add,
    ...op.tee(first),
    ...op.store(),
    ...address(v),
    ...address(v),
    ...op.load,
    ...op.get(beta2),
    ...op.multiply,
    ...op.get(gradient),
    ...op.get(gradient),
    ...op.multiply,
    ...op.get(rest2),
    ...op.multiply,
    ...op.add,
    ...op.tee(second),
    ...op.store(),
    ...address(p),
    ...address(p),
    ...op.load,
    ...op.tee(parameter),
    ...op.get(first),
    ...op.get(rate),
    ...op.multiply,
    ...op.get(second),
    ...op.sqrt,
    ...op.get(rootScale),
    ...op.multiply,
    ...op.get(epsilon),
    ...op.add,
    ...op.divide,
    ...op.get(parameter),
    ...op.get(decay),
    ...op.multiply,
    ...op.add,
    ...op.subtract,
    ...op.store(),
    ...op.get(at),
    ...op.constant(16),
    ...op.addInteger,
    ...op.tee(at),
    ...op.get(bytes),
    ...op.less,
  ]);
  const parameters = [...new Array<number>(5).fill(i32), ...new Array<number>(numbers).fill(f32)];
  const locals = [...new Array<number>(numbers).fill(v128), i32, v128, v128, v128, v128];
  return { name: "update", parameters, results: [], locals, body: [...spread, ...loop] };
}

const compiled: Map<boolean, WebAssembly.Module> = new Map();

/** @param shared whether threads share the memory */
export function adamWLoops(memory: WebAssembly.Memory, shared = false): AdamWLoops {
  let module = compiled.get(shared);
  if (module === undefined) {
    module = new WebAssembly.Module(assemble([sumOfSquares(), update()], shared));
    compiled.set(shared, module);
  }
  return new WebAssembly.Instance(module, { env: { memory } }).exports as unknown as AdamWLoops;
}
