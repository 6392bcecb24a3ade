import { readFileSync } from "node:fs";
import { availableParallelism, totalmem } from "node:os";
import { checkOptions, oneOf, text, trueOrFalse, wholeNumber, type Rule, type Rules } from "@bertkit/checks";
import { devices, type Device } from "./device.ts";
import type { ExecutorOptions } from "../run/executor.ts";
import type { NativeOptions } from "./native-session.ts";

/** All options have defaults. */
export interface OnnxRuntimeOptions {
  /** Threads that one operator may use; by default the physical cores that this process may run on. */
  readonly threads?: number;
  /**
   * How long idle threads spin during a run before they sleep, in microseconds; default 200, 0 for never. Spinning
   * saves waking them. Without a limit, a training step took twice as long on cores shared with other processes.
   */
  readonly spinMicroseconds?: number;
  /** Maximum number of compiled graphs, least recently used dropped first; default 64. Each holds native memory. */
  readonly cachedGraphs?: number;
  /**
   * Approximate maximum bytes that all compiled graphs together keep for intermediate results; default a quarter of the
   * memory.
   */
  readonly cachedBytes?: number;
  /**
   * Maximum bytes of weights that all compiled graphs together keep as constants; default an eighth of the memory, 1
   * for none.
   */
  readonly constantBytes?: number;
  /** Number of recorded kernels that starts a run; default 20,000. */
  readonly maxPendingNodes?: number;
  /** Bytes of disposed tensors, held only for pending kernels, that start a run; default 1 GiB. */
  readonly maxRetiredBytes?: number;
  /** Path prefix for ONNX Runtime's profiles, one JSON file per compiled graph; default none. */
  readonly profile?: string;
  /**
   * Whether AdamW's kernel may start full garbage collections, for which it briefly enables V8's `--expose-gc`. V8
   * collects the objects of a step's gradients when JavaScript allocates, which a graph run does not: with batches of
   * eight lengths, training BERT-base peaks at 3,036 instead of 3,245 MiB. Default false.
   */
  readonly collectGarbage?: boolean;
  /**
   * The device: "cpu", the default, or another execution provider of the installed ONNX Runtime, such as "webgpu" or
   * "cuda".
   */
  readonly device?: Device;
}

const count: Rule = wholeNumber(1);

const rules: Rules<OnnxRuntimeOptions> = {
  threads: count,
  spinMicroseconds: wholeNumber(0, 1_000_000),
  cachedGraphs: count,
  cachedBytes: count,
  constantBytes: count,
  maxPendingNodes: count,
  maxRetiredBytes: count,
  profile: text,
  collectGarbage: trueOrFalse,
  device: oneOf(devices),
};

/** The last value of `collectGarbage`, for AdamW's kernel. */
export const garbage: { collected: boolean } = { collected: false };

export interface ResolvedOptions {
  readonly executor: ExecutorOptions;
  readonly sessions: NativeOptions;
}

/** @throws on an invalid value or an unknown option */
export function resolveOptions(options: OnnxRuntimeOptions = {}): ResolvedOptions {
  checkOptions("backend-onnxruntime", options, rules);
  const {
    threads = physicalCores(),
    spinMicroseconds = 200,
    cachedGraphs = 64,
    cachedBytes = Math.floor(totalmem() / 4),
    constantBytes = Math.floor(totalmem() / 8),
    maxPendingNodes = 20_000,
    maxRetiredBytes = 2 ** 30,
    profile,
    device = "cpu",
  } = options;
  return {
    executor: { cachedGraphs, cachedBytes, constantBytes, maxPendingNodes, maxRetiredBytes },
    sessions: { threads, spinMicroseconds, profile, device },
  };
}

/** Physical cores if known, else logical cores; at most the number that this process may use. */
export function physicalCores(): number {
  const usable = availableParallelism();
  try {
    const pairs = new Set<string>();
    let package_ = "0";
    for (const line of readFileSync("/proc/cpuinfo", "utf8").split("\n")) {
      const [name, value] = line.split(":").map((part) => part.trim());
      if (name === "physical id") package_ = value ?? "0";
      if (name === "core id") pairs.add(`${package_}/${value}`);
    }
    return pairs.size > 0 ? Math.min(pairs.size, usable) : usable;
  } catch {
    return usable;
  }
}
