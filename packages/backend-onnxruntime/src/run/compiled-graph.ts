import { noVariable, type Source, type Signature } from "../record/source.ts";
import { peakLiveBytes } from "./live-bytes.ts";
import type { Session, Sessions, SessionTensor } from "./session.ts";
import { inputName, modelOf, outputName } from "./model-of.ts";
import type { Plan } from "../record/plan.ts";
import { scalePlaces, SteadyWeights, weightPlaces } from "./steady-weights.ts";
import type { Storage } from "../record/storage.ts";
import type { TensorType } from "../record/types.ts";

/**
 * What `prepare` did: compiled a new graph, or an existing one again, with or without constants, or with or without
 * kept memory.
 */
export type Preparation = "compiled" | "packed" | "unpacked" | "rearranged";

const none: readonly number[] = [];

/** Maximum number of models with one structure whose weights a graph watches: the most recent ones. */
const maxModels = 8;

/**
 * A compiled model, with reusable objects that pass memory to it, so that a run allocates nothing. Weights that stay
 * the same become its constants until they change.
 */
export class CompiledGraph {
  readonly key: Int32Array;
  readonly nodes: number;
  /** The signatures of its nodes, without duplicates. */
  readonly signatures: ReadonlySet<Signature>;
  /** Bytes of weights that the session keeps as constants. */
  constantBytes = 0;
  /**
   * Maximum bytes that its session keeps for intermediate results: twice their peak. Measured: 1.3 to 1.8 times the
   * peak.
   */
  readonly arenaBytes: number;
  readonly #sessions: Sessions;
  readonly #inputs: readonly SessionTensor[];
  readonly #outputs: readonly SessionTensor[];
  /** By input, whether it is a weight in float16. */
  readonly #inFloat16: readonly boolean[];
  readonly #fetches: Record<string, SessionTensor | null> = {};
  /**
   * The types that the key refers to by number, held so that equal types keep their numbers while the graph is kept.
   */
  readonly #inputTypes: readonly TensorType[];
  readonly #weightPlaces: ReadonlySet<number>;
  readonly #scalePlaces: ReadonlySet<number>;
  /** By model, least recently used first. */
  readonly #weights: Map<number, SteadyWeights> = new Map();
  #feeds: Record<string, SessionTensor> = {};
  #constants: readonly number[] = none;
  #model: number = noVariable;
  #arena = true;
  #isNew = true;
  #session: Session | undefined;

  constructor(plan: Plan, sessions: Sessions) {
    this.key = plan.key.slice();
    this.nodes = plan.nodes.length;
    this.signatures = new Set(plan.nodes.map(({ signature }) => signature));
    this.#inputTypes = plan.inputs.map(({ type }) => type);
    this.#sessions = sessions;
    if (sessions.firstOutput !== undefined) this.#fetches[sessions.firstOutput] = null;
    this.#inputs = this.#inputTypes.map(sessionTensor);
    this.#inFloat16 = plan.inputs.map(isInFloat16);
    this.#outputs = plan.outputs.map((source) => sessionTensor(source.type));
    this.#outputs.forEach((tensor, i) => (this.#fetches[outputName(i)] = tensor));
    this.#weightPlaces = weightPlaces(plan);
    this.#scalePlaces = scalePlaces(plan);
    this.arenaBytes = 2 * peakLiveBytes(plan);
  }

  /** The model whose weights are constants here, if any. Other models with its structure then need another graph. */
  get model(): number | undefined {
    return this.#constants.length > 0 ? this.#model : undefined;
  }

  /** Identifies a model among those with its structure: its first weight in the plan. */
  modelOf(plan: Plan): number {
    for (const place of this.#weightPlaces) return plan.inputs[place]!.variable;
    return noVariable;
  }

  /** Whether the inputs are stored in the precision that the graph reads: a weight in float16 may become float32. */
  reads(inputs: readonly Source[]): boolean {
    return this.#sessions.float16 !== true || inputs.every((source, i) => this.#inFloat16[i] === isInFloat16(source));
  }

  /** Whether its current session keeps the memory of intermediate results. */
  get keepsMemory(): boolean {
    return this.#session !== undefined && this.#arena;
  }

  /** Maximum bytes that its session keeps, constants included. */
  get bytes(): number {
    return (this.keepsMemory ? this.arenaBytes : 0) + this.constantBytes;
  }

  /**
   * Compiles if needed: the first time, if weights have stayed the same or constants have changed, and if whether the
   * session keeps its memory has changed. Call it before every run. Returns what was done, if anything.
   */
  prepare(plan: Plan, maxConstantBytes: number, arena: boolean): Preparation | undefined {
    const before = this.#constants;
    const constants = this.#constantsFor(plan, maxConstantBytes);
    const current = this.#session !== undefined && this.#arena === arena;
    if (current && constants === before) return undefined;
    try {
      this.#compile(plan, constants, arena);
    } catch (error) {
      if (!current || before.length > 0) throw error;
      this.#weightsOf(plan).doubt(); // compiling with constants failed, for example for lack of memory: run without
      return undefined;
    }
    if (this.#isNew) {
      this.#isNew = false;
      return "compiled";
    }
    if (constants === before) return "rearranged";
    return constants.length > 0 ? "packed" : "unpacked";
  }

  /** Runs the model; the results are written to `storages`, at once or when the promise is fulfilled. */
  run(inputs: readonly Source[], storages: readonly Storage[]): void | Promise<void> {
    const remote = this.#sessions.remote === true;
    const give = (tensor: SessionTensor, storage: Storage): void => {
      if (remote) tensor.storage = storage;
      else tensor.data = storage.values;
    };
    inputs.forEach((source, i) => give(this.#inputs[i]!, source.storage!));
    storages.forEach((storage, i) => give(this.#outputs[i]!, storage));
    try {
      return this.#session!.run(this.#feeds, this.#fetches);
    } finally {
      for (const tensor of [...this.#inputs, ...this.#outputs]) tensor.data = tensor.storage = undefined;
    }
  }

  /** Frees the native memory; the next `prepare` compiles again. */
  release(): void {
    this.#session?.dispose();
    this.#session = undefined;
  }

  endProfiling(): void {
    this.#session?.endProfiling();
  }

  #constantsFor(plan: Plan, maxBytes: number): readonly number[] {
    if (this.#sessions.remote === true) return none;
    const weights = this.#weightsOf(plan);
    if (this.#constants.length > 0) {
      if (weights.holds(this.#constants, plan.inputs)) return this.#constants;
      weights.doubt();
      return none;
    }
    const steady = weights.note(plan.inputs, maxBytes);
    return steady.length > 0 ? steady : none;
  }

  #weightsOf(plan: Plan): SteadyWeights {
    const model = this.modelOf(plan);
    const weights = this.#weights.get(model) ?? new SteadyWeights(this.#weightPlaces, this.#scalePlaces);
    this.#weights.delete(model);
    this.#weights.set(model, weights);
    if (this.#weights.size > maxModels) this.#weights.delete(this.#weights.keys().next().value!);
    return weights;
  }

  #compile(plan: Plan, constants: readonly number[], arena: boolean): void {
    const session = this.#sessions.open(modelOf(plan, this.#sessions, constants), arena);
    this.release();
    this.#session = session;
    this.#arena = arena;
    this.#constants = constants;
    this.#model = this.modelOf(plan);
    this.constantBytes = constants.reduce((sum, place) => sum + this.#inputTypes[place]!.bytes, 0);
    this.#feeds = {};
    this.#inputs.forEach((tensor, i) => {
      if (!constants.includes(i)) this.#feeds[inputName(i)] = tensor;
    });
  }
}

function isInFloat16({ storage }: Source): boolean {
  return storage?.inFloat16 === true;
}

function sessionTensor(type: TensorType): SessionTensor {
  return { type: type.element, dims: type.shape, location: "cpu", data: undefined };
}
