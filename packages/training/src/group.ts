import { object, type Rule } from "@bertkit/checks";

/**
 * Processes that train one model, each on a part of every batch. Every process calls the same methods in the same
 * order. Implement it with a transport such as MPI and pass it to `train`.
 */
export interface Group {
  /** Index of this process, from 0. */
  readonly rank: number;
  /** Number of processes. */
  readonly size: number;
  /** Replaces `values` by the sums over all processes, bit for bit the same in each. */
  allReduce(values: Float32Array): void | Promise<void>;
  /** Replaces `values` by those of rank 0. */
  broadcast(values: Float32Array): void | Promise<void>;
  /** Waits for all processes. */
  barrier(): void | Promise<void>;
}

export const groupRule: Rule = /* @__PURE__ */ object("a Group", "rank", "size", "allReduce", "broadcast");
