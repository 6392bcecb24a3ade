import { NativeSession, stopName, type NativeTensor, type SessionOptions } from "../native-session.ts";
import type { Source } from "./data.ts";
import { inputName, modelOf, outputName } from "./model-of.ts";
import type { Plan } from "./plan.ts";
import { SteadyWeights } from "./steady-weights.ts";
import type { Storage } from "./storage.ts";
import type { TensorType } from "./types.ts";

/**
 * A compiled model with the objects that hand memory to it, kept so that a run allocates nothing. Weights that stay the
 * same become constants of it, until they change.
 */
export class CompiledGraph {
  readonly key: Int32Array;
  readonly nodes: number;
  /** Bytes of the weights that the session keeps as constants. */
  constantBytes = 0;
  readonly #options: SessionOptions;
  readonly #intermediateBytes: number;
  readonly #inputs: readonly NativeTensor[];
  readonly #outputs: readonly NativeTensor[];
  readonly #fetches: Record<string, NativeTensor | null> = { [stopName]: null };
  readonly #weights: SteadyWeights;
  #feeds: Record<string, NativeTensor> = {};
  #constants: readonly number[] = [];
  #session: NativeSession;

  constructor(plan: Plan, options: SessionOptions, mostConstantBytes: number) {
    this.key = plan.key.slice();
    this.nodes = plan.nodes.length;
    this.#options = options;
    this.#inputs = plan.inputs.map((source) => nativeTensor(source.type));
    this.#outputs = plan.outputs.map((source) => nativeTensor(source.type));
    this.#outputs.forEach((tensor, i) => (this.#fetches[outputName(i)] = tensor));
    this.#weights = new SteadyWeights(plan);
    this.#intermediateBytes = plan.nodes.reduce(
      (sum, node) => sum + node.outputs.reduce((bytes, { type }) => bytes + type.bytes, 0),
      0,
    );
    this.#session = this.#compile(plan, this.#weights.note(plan.inputs, mostConstantBytes));
  }

  /** About what the session keeps: half of the sum of its intermediate results was measured, and its constants. */
  get bytes(): number {
    return this.#intermediateBytes / 2 + this.constantBytes;
  }

  /**
   * Compiles again where weights have proved steady, or constants have changed. To be called before every run but the
   * first. Returns what was done, if anything.
   */
  adapt(plan: Plan, mostConstantBytes: number): "packed" | "unpacked" | undefined {
    const packed = this.#constants.length > 0;
    if (packed && this.#weights.holds(this.#constants, plan.inputs)) return undefined;
    if (packed) {
      this.#weights.doubt();
      this.#replace(plan, []);
      return "unpacked";
    }
    const steady = this.#weights.note(plan.inputs, mostConstantBytes);
    if (steady.length === 0) return undefined;
    try {
      this.#replace(plan, steady);
    } catch {
      this.#weights.doubt(); // such as too little memory: it runs as before
      return undefined;
    }
    return "packed";
  }

  /** Runs the model; the results are written to `storages`. */
  run(inputs: readonly Source[], storages: readonly Storage[]): void {
    inputs.forEach((source, i) => (this.#inputs[i]!.data = source.storage!.values));
    storages.forEach((storage, i) => (this.#outputs[i]!.data = storage.values));
    try {
      this.#session.run(this.#feeds, this.#fetches);
    } finally {
      for (const tensor of this.#inputs) tensor.data = undefined;
      for (const tensor of this.#outputs) tensor.data = undefined;
    }
  }

  endProfiling(): void {
    this.#session.endProfiling();
  }

  dispose(): void {
    this.#session.dispose();
  }

  #replace(plan: Plan, constants: readonly number[]): void {
    const session = this.#compile(plan, constants);
    this.#session.dispose();
    this.#session = session;
  }

  #compile(plan: Plan, constants: readonly number[]): NativeSession {
    let session: NativeSession;
    try {
      session = new NativeSession(modelOf(plan, constants), this.#options);
    } catch (error) {
      const kernels = [...new Set(plan.nodes.map((node) => node.signature.key.split(" ")[0]))].join(", ");
      const reason = error instanceof Error ? error.message : String(error);
      throw new Error(`backend-onnxruntime: ONNX Runtime refused a graph of ${kernels}, got "${reason}".`, {
        cause: error,
      });
    }
    this.#constants = constants;
    this.constantBytes = constants.reduce((sum, place) => sum + plan.inputs[place]!.type.bytes, 0);
    this.#feeds = {};
    this.#inputs.forEach((tensor, i) => {
      if (!constants.includes(i)) this.#feeds[inputName(i)] = tensor;
    });
    return session;
  }
}

function nativeTensor(type: TensorType): NativeTensor {
  return { type: type.dtype, dims: type.shape, location: "cpu", data: undefined };
}
