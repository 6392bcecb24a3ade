export interface Stats {
  /** Runs of a graph. */
  readonly runs: number;
  /** Kernels in those graphs. */
  readonly nodes: number;
  /** Structures compiled. */
  readonly compiles: number;
  readonly hits: number;
  /**
   * Number of times that a graph was compiled again with unchanged weights as constants, and without them after they
   * changed.
   */
  readonly packed: number;
  readonly unpacked: number;
  /**
   * Number of times that a large graph was compiled again to keep the memory of its intermediate results, or to stop
   * keeping it.
   */
  readonly rearranged: number;
  readonly compileMilliseconds: number;
  readonly runMilliseconds: number;
  /** Planning, hashing and passing memory: all of a flush except compiling and running. */
  readonly overheadMilliseconds: number;
  /** Kernels that ran in JavaScript because ONNX Runtime has no operator for them. */
  readonly fallbacks: Record<string, number>;
  readonly cachedGraphs: number;
}

/** Statistics that are still being counted. */
export type RunningStats = { -readonly [Name in keyof Stats]: Stats[Name] };

export function newStats(): RunningStats {
  return {
    runs: 0,
    nodes: 0,
    compiles: 0,
    hits: 0,
    packed: 0,
    unpacked: 0,
    rearranged: 0,
    compileMilliseconds: 0,
    runMilliseconds: 0,
    overheadMilliseconds: 0,
    fallbacks: {},
    cachedGraphs: 0,
  };
}
