import * as tf from "@tensorflow/tfjs-core";
import type { OnnxRuntimeBackend } from "../backend.ts";
import { Source } from "../record/source.ts";
import type { Storage } from "../record/storage.ts";

/**
 * Tensors that a function is traced with instead of others, in the same memory. Clones, reshapes and assigned variables
 * share a source; each stand-in has its own, so a trace distinguishes an argument, a variable and a captured tensor that
 * have equal values only in this call. Create it in a `tf.tidy`, which disposes the stand-ins.
 */
export class StandIns {
  readonly #backend: OnnxRuntimeBackend;
  readonly #sources: Source[] = [];
  /** Whether each memory is kept at the end; it is kept until then, even if the function disposes a stand-in. */
  readonly #kept: Map<Storage, boolean> = new Map();
  readonly #replaced: { readonly variable: tf.Variable; readonly own: tf.Tensor; readonly standIn: tf.Tensor }[] = [];

  constructor(backend: OnnxRuntimeBackend) {
    this.#backend = backend;
  }

  of(tensor: tf.Tensor): tf.Tensor {
    const { source, type } = this.#backend.numeric(tensor);
    const own = new Source(type);
    own.storage = source.storage;
    if (own.storage !== undefined && !this.#kept.has(own.storage)) {
      this.#kept.set(own.storage, own.storage.kept === true);
      own.storage.kept = true;
    }
    this.#sources.push(own);
    const info = { ...this.#backend.fromSource(own), shape: tensor.shape };
    return tf.engine().makeTensorFromTensorInfo(info, this.#backend);
  }

  /** Assigns a stand-in to the variable until `end`. */
  replace(variable: tf.Variable): void {
    const [own, standIn] = [tf.clone(variable), this.of(variable)];
    variable.assign(standIn);
    this.#replaced.push({ variable, own, standIn });
  }

  /** Keeps memory that a trace reads. */
  keep(storage: Storage): void {
    if (this.#kept.has(storage)) this.#kept.set(storage, true);
    storage.kept = true;
  }

  end(): void {
    for (const { variable, own, standIn } of this.#replaced)
      if (!variable.isDisposed && variable.dataId === standIn.dataId) variable.assign(own);
    for (const source of this.#sources) source.storage = undefined; // the memory is not theirs to free
    for (const [storage, kept] of this.#kept) storage.kept = kept;
  }
}
