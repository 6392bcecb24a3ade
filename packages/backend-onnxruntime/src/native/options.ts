import { readFileSync } from "node:fs";
import { availableParallelism, totalmem } from "node:os";
import { checkOptions, oneOf, text, trueOrFalse, wholeNumber, type Rule, type Rules } from "@bertkit/checks";
import { devices, type Device } from "./device.ts";
import type { ExecutorOptions } from "../run/executor.ts";
import type { NativeOptions } from "./native-session.ts";

/** All optional: what is left out has the default. */
export interface OnnxRuntimeOptions {
  /** Threads that one operator may use; by default the physical cores that this process may run on. */
  threads?: number;
  /**
   * How long threads without work wait actively for more during a run, in microseconds, which saves waking them; 200 by
   * default, 0 for never. Without a limit a training step took twice as long on cores that something else used.
   */
  spinMicroseconds?: number;
  /** Compiled graphs kept, least recently used dropped first; 64 by default. Each holds native memory. */
  cachedGraphs?: number;
  /** Bytes that compiled graphs may keep for intermediate results, all together and about; a quarter of the memory by default. */
  cachedBytes?: number;
  /** Bytes of weights that compiled graphs may keep as constants, all together; an eighth of the memory by default, 1 for none. */
  constantBytes?: number;
  /** Recorded kernels that start a run by themselves; 20,000 by default. */
  maxPendingNodes?: number;
  /** Bytes of disposed tensors that waiting kernels still read and that start a run by themselves; 1 GiB by default. */
  maxRetiredBytes?: number;
  /** Path prefix for ONNX Runtime's profiles, one JSON file a compiled graph; none by default. */
  profile?: string;
  /**
   * Whether AdamW's kernel may start full collections of garbage, for which it switches V8's `--expose-gc` on for a moment.
   * V8 collects large arrays when JavaScript allocates, and a run of a graph does not: without, a training step's arrays
   * stay some 200 MB longer. Default false.
   */
  collectGarbage?: boolean;
  /** What computes: "cpu", the default, or another execution provider that the installed ONNX Runtime has, such as "webgpu" or "cuda". */
  device?: Device;
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

/** What `collectGarbage` was set to last; AdamW's kernel asks. */
export const garbage: { collected: boolean } = { collected: false };

export interface ResolvedOptions {
  readonly executor: ExecutorOptions;
  readonly sessions: NativeOptions;
}

/** @throws for an option that makes no sense, or that there is none of */
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

/** Cores, counting hyperthreads of one core once where the system tells; never more than this process may use. */
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
