import type { TensorInfo } from "@tensorflow/tfjs-core";
import type { BackendExecutor } from "../../backend.ts";
import type { Source, RecordedNode } from "../../record/source.ts";
import type { Executor } from "../../run/executor.ts";
import { newStats, type Stats } from "../../run/stats.ts";
import { operation, type Operation } from "../../record/operation.ts";
import { Recorder } from "../../record/recorder.ts";
import { StoragePool, type Storage, type TensorMemory } from "../../record/storage.ts";

/** Placeholders for the inputs of a traced function. */
export const tracedInput: Operation = operation("OnnxInput", () => {});

/** Traces a function without running it: records kernels, and computes only values that do not depend on the inputs. */
export class TraceExecutor implements BackendExecutor {
  readonly recorder: Recorder = new Recorder(false);
  readonly pool: TensorMemory = new StoragePool();
  readonly stats: Stats = newStats();
  readonly #constants: Executor;
  /** The current kernel, for messages. */
  #kernel: string | undefined;
  /** The kernels called in the current trace, with the types of their inputs. */
  calls: string[] = [];
  /** The calls, by number, whose lengths vary between traces and need a form that is right at all of them. */
  varying: ReadonlySet<number> = new Set();
  /** The nodes that these calls recorded. */
  readonly anyLengthNodes: WeakSet<RecordedNode> = new WeakSet();

  /** @param constants computes the values that do not depend on the inputs; disposed with this */
  constructor(constants: Executor) {
    this.#constants = constants;
  }

  get onWebgpu(): boolean {
    return this.#constants.onWebgpu;
  }

  /** Whether the kernel being called must record what it does for short axes, because their lengths vary. */
  get anyLength(): boolean {
    return this.varying.has(this.calls.length - 1);
  }

  /** Runs a kernel under its name. */
  during<T>(kernel: string, inputs: readonly TensorInfo[], run: () => T): T {
    const outer = this.#kernel;
    this.#kernel = `${kernel} (${inputs.map(({ dtype, shape }) => `${dtype} [${shape.join(", ")}]`).join(", ")})`;
    if (outer === undefined) this.calls.push(this.#kernel);
    const before = this.recorder.pending.length;
    try {
      return run();
    } finally {
      if (this.anyLength) for (const node of this.recorder.pending.slice(before)) this.anyLengthNodes.add(node);
      this.#kernel = outer;
    }
  }

  storageOf(source: Source): Storage {
    if (source.failure !== undefined) throw source.failure;
    if (source.storage === undefined) this.#compute(source);
    return source.storage!;
  }

  /** Frees nothing: recorded kernels read the memory, and there is no run after which they do not need it. */
  release(source: Source): void {
    source.held = false;
  }

  limit(): void {}

  flush(): void {}

  dispose(): void {
    this.#constants.dispose();
  }

  /**
   * After a trace: computes the tensors that the function still has, such as with `tf.keep`. Those that depend on its
   * inputs never have values.
   * @returns whether there are any that have values now
   */
  computeKept(): boolean {
    let computed = false;
    for (const { outputs } of this.recorder.pending) {
      for (const source of outputs) {
        if (!source.held || source.storage !== undefined) continue;
        try {
          this.#compute(source);
          computed = true;
        } catch (error) {
          source.failure = new Error(
            "backend-onnxruntime: a tensor has no values, because a function that was compiled or exported kept it, and it depends on the function's inputs. Return it from the function.",
            { cause: error },
          );
        }
      }
    }
    return computed;
  }

  #compute(source: Source): void {
    const needed = new Set<RecordedNode>();
    this.#collect(source, needed);
    source.held = true;
    this.#constants.recorder.pending = this.recorder.pending.filter((node) => needed.has(node));
    this.#constants.flush();
    for (const node of needed) {
      for (const output of node.outputs) {
        if (output.storage === undefined) output.node = node; // what was recorded before may be read again
        else output.storage.kept = true;
      }
    }
  }

  /** The nodes that compute the source. Throws if one of them is an input. */
  #collect({ node, storage }: Source, needed: Set<RecordedNode>): void {
    if (storage !== undefined || node === undefined || needed.has(node)) return;
    if (node.signature.operation === tracedInput) throw new Error(this.#rejection());
    needed.add(node);
    for (const input of node.inputs) this.#collect(input, needed);
  }

  #rejection(): string {
    return this.#kernel === undefined
      ? "exportOnnx: the function reads values that depend on its inputs (data, dataSync, array, print), which a graph cannot do. Compute only with tensors."
      : `exportOnnx: the kernel ${this.#kernel} has no ONNX operator and would run in JavaScript. Compose it from other kernels.`;
  }
}
