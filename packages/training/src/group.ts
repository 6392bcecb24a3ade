/**
 * Processes that train one model together, each on a part of every batch. Every process calls the same methods in the
 * same order. A transport such as MPI implements it; `train` uses it.
 */
export interface Group {
  /** This process, from 0. */
  readonly rank: number;
  /** Number of processes. */
  readonly size: number;
  /** Replaces `values` by their sums over all processes, the same bits in each. */
  allReduce(values: Float32Array): void | Promise<void>;
  /** Replaces `values` by those of rank 0. */
  broadcast(values: Float32Array): void | Promise<void>;
  /** Waits for all processes. */
  barrier(): void | Promise<void>;
}
