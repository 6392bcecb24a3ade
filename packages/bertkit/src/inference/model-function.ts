import type { CompiledFunction, DynamicAxes } from "@bertkit/backend-onnxruntime/compile";
import { adapterChanges } from "@bertkit/nn";
import * as tf from "@tensorflow/tfjs-core";
import { loadNodeBackend } from "#compile";

/** TensorFlow.js's name of the Node backend. */
const compilingBackend = "onnxruntime";

/**
 * A function of a trained model, for batches of any size. The Node backend compiles one graph for all sizes, with the
 * weights inside; if that is impossible, or on another backend, the function is called directly.
 */
export class ModelFunction<Inputs> {
  readonly #fn: (inputs: Inputs) => tf.Tensor;
  readonly #dynamicAxes: DynamicAxes;
  #compiled: CompiledFunction<[Inputs], tf.Tensor> | undefined;
  /** Set if the function cannot be compiled for all sizes. */
  #isPlain = false;
  #adapterChanges = adapterChanges();

  /** @param dynamicAxes by input name, such as { inputIds: { 0: "batch", 1: "tokens" } } */
  constructor(fn: (inputs: Inputs) => tf.Tensor, dynamicAxes: DynamicAxes) {
    this.#fn = fn;
    this.#dynamicAxes = Object.fromEntries(Object.entries(dynamicAxes).map(([name, axes]) => [`0.${name}`, axes]));
  }

  /** Whether a new batch size needs no compilation. */
  async takesAnySize(): Promise<boolean> {
    if (this.#isPlain || tf.getBackend() !== compilingBackend) return false;
    // A compiled graph has the adapters of the time when it was traced.
    if (this.#adapterChanges !== adapterChanges()) this.dispose();
    this.#adapterChanges = adapterChanges();
    if (this.#compiled === undefined) {
      const node = await loadNodeBackend();
      if (node === undefined) this.#isPlain = true;
      else this.#compiled = node.compile(this.#fn, { dynamicAxes: this.#dynamicAxes });
    }
    return !this.#isPlain;
  }

  /** The result's values. Frees the inputs. */
  async numbers(inputs: Inputs & tf.TensorContainerObject): Promise<Float32Array> {
    let output: tf.Tensor;
    try {
      output = this.#call(inputs);
    } finally {
      tf.dispose(inputs);
    }
    try {
      return (await output.data()) as Float32Array;
    } finally {
      output.dispose();
    }
  }

  #call(inputs: Inputs): tf.Tensor {
    if (this.#isPlain || this.#compiled === undefined) return tf.tidy(() => this.#fn(inputs));
    try {
      return this.#compiled(inputs);
    } catch (error) {
      if (!(error instanceof Error) || !/^(compile|exportOnnx): /.test(error.message)) throw error;
      this.#isPlain = true;
      this.dispose();
      return tf.tidy(() => this.#fn(inputs));
    }
  }

  /** Frees the graph, not the model. */
  dispose(): void {
    this.#compiled?.dispose();
    this.#compiled = undefined;
  }
}
