import type { compile, CompiledFunction, DynamicAxes } from "@bertkit/backend-onnxruntime/compile";
import { adapterChanges } from "@bertkit/nn";
import * as tf from "@tensorflow/tfjs-core";
import { loadNodeBackend } from "#compile";

/** TensorFlow.js's name of the Node backend. */
const compilingBackend = "onnxruntime";

/** One of the function's tensors, or all by name, for a graph that computes them together. */
type Tensors = tf.Tensor | Readonly<Record<string, tf.Tensor>>;

/**
 * A function of a trained model, for batches of any size. The Node backend compiles one graph for all sizes, with the
 * weights inside, and before it one for a first batch that may be the only one, so that a program that needs a single
 * result has it sooner; if that is impossible, or on another backend, the function is called directly.
 */
export class ModelFunction<Inputs> {
  readonly #fn: (inputs: Inputs, only?: string) => Tensors;
  readonly #dynamicAxes: DynamicAxes;
  #compile: typeof compile | undefined;
  #compiled: CompiledFunction<[Inputs], Tensors> | undefined;
  /** Set if the function cannot be compiled for all sizes. */
  #isPlain = false;
  #adapterChanges = adapterChanges();

  /**
   * @param fn returns a tensor; or several by name, and with `only` the one of that name
   * @param dynamicAxes by input name, such as { inputIds: { 0: "batch", 1: "tokens" } }
   */
  constructor(fn: (inputs: Inputs, only?: string) => Tensors, dynamicAxes: DynamicAxes) {
    this.#fn = fn;
    this.#dynamicAxes = Object.fromEntries(Object.entries(dynamicAxes).map(([name, axes]) => [`0.${name}`, axes]));
  }

  /** Whether a new batch size needs no compilation. */
  async takesAnySize(): Promise<boolean> {
    if (this.#isPlain || tf.getBackend() !== compilingBackend) return false;
    // A compiled graph has the adapters of the time when it was traced.
    if (this.#adapterChanges !== adapterChanges()) this.dispose();
    this.#adapterChanges = adapterChanges();
    this.#compile ??= (await loadNodeBackend())?.compile;
    if (this.#compile === undefined) this.#isPlain = true;
    return !this.#isPlain;
  }

  /**
   * The result's values. Frees the inputs.
   * @param moreSizes whether other batch sizes are known to follow: the first call then compiles the graph for all sizes
   * @param only the name of the result, if the function has several
   */
  async numbers(inputs: Inputs & tf.TensorContainerObject, moreSizes: boolean, only?: string): Promise<Float32Array> {
    let output: tf.Tensor;
    try {
      output = this.#call(inputs, moreSizes, only);
    } finally {
      tf.dispose(inputs);
    }
    try {
      return (await output.data()) as Float32Array;
    } finally {
      output.dispose();
    }
  }

  #call(inputs: Inputs, moreSizes: boolean, only: string | undefined): tf.Tensor {
    const plain = (): tf.Tensor => tf.tidy(() => this.#fn(inputs, only) as tf.Tensor);
    if (this.#isPlain || this.#compile === undefined) return plain();
    try {
      this.#compiled ??= this.#compile((given: Inputs) => this.#fn(given), {
        dynamicAxes: this.#dynamicAxes,
        firstShapesAlone: !moreSizes,
      });
      return only === undefined ? (this.#compiled(inputs) as tf.Tensor) : this.#compiled.only(only, inputs);
    } catch (error) {
      if (!(error instanceof Error) || !/^(compile|exportOnnx): /.test(error.message)) throw error;
      this.#isPlain = true;
      this.dispose();
      return plain();
    }
  }

  /** Frees the graph, not the model. */
  dispose(): void {
    this.#compiled?.dispose();
    this.#compiled = undefined;
  }
}
