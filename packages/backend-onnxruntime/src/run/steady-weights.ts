import type { Source } from "../record/source.ts";
import { fuseAttention } from "../rewrite/fuse-attention.ts";
import type { Plan } from "../record/plan.ts";
import type { Storage } from "../record/storage.ts";

/** A weight's memory at the last run. Held weakly: watching keeps nothing alive. */
interface Sighting {
  storage: WeakRef<Storage> | undefined;
  version: number;
  /** Consecutive runs in which it was unchanged. */
  runs: number;
}

/** A scalar's value at the last run; each run may have it in other memory. */
interface NumberSighting {
  value: number;
  runs: number;
}

/**
 * Watches the weights of one model in a compiled graph, that is, the right-hand matrices of products that are read from
 * memory, for those that can become constants: ONNX Runtime then packs them for its kernels once instead of in every
 * run. Variables that are not trainable become constants immediately, the others when none of them has changed for a
 * few runs. So a training graph, in which some weights always change, is compiled in the same way whether the run is
 * new or resumed: products with constants differ in their last bits. Scalars that scale the scores of an attention
 * become constants with the weights.
 */
export class SteadyWeights {
  readonly #sightings: Map<number, Sighting> = new Map();
  readonly #numbers: Map<number, NumberSighting> = new Map();
  #patience = 3;
  #doubted = false;

  /** @param places indices of the weights, and of the scalars, among the graph's inputs */
  constructor(places: Iterable<number>, numbers: Iterable<number>) {
    for (const place of places) this.#sightings.set(place, { storage: undefined, version: 0, runs: 0 });
    for (const place of numbers) this.#numbers.set(place, { value: NaN, runs: 0 });
  }

  /** Records a run. Returns the indices of the inputs that should become constants now, limited to this many bytes. */
  note(inputs: readonly Source[], maxBytes: number): readonly number[] {
    let minRuns = Infinity;
    for (const [place, sighting] of this.#sightings) {
      const storage = inputs[place]!.storage!;
      if (isSame(sighting, storage)) sighting.runs++;
      else {
        sighting.storage = new WeakRef(storage);
        sighting.version = storage.version ?? 0;
        sighting.runs = 0;
      }
      minRuns = Math.min(minRuns, sighting.runs);
    }
    for (const [place, sighting] of this.#numbers) {
      const value = inputs[place]!.storage!.values[0]!;
      sighting.runs = value === sighting.value ? sighting.runs + 1 : 0;
      sighting.value = value;
    }
    let bytes = 0;
    const weights = [...this.#sightings.keys()].filter((place) => {
      const { frozen, type } = inputs[place]!;
      const trusted = frozen && (!this.#doubted || this.#sightings.get(place)!.runs >= this.#patience);
      if ((!trusted && minRuns < this.#patience) || bytes + type.bytes > maxBytes) return false;
      bytes += type.bytes;
      return true;
    });
    if (weights.length === 0) return weights;
    const atOnce = !this.#doubted && minRuns < this.#patience; // because of weights that are not trainable
    const numbers = [...this.#numbers].filter(([, { runs }]) => atOnce || runs >= this.#patience);
    return [...weights, ...numbers.map(([place]) => place)];
  }

  /** Whether the inputs at these indices are unchanged since the last recorded run. */
  holds(places: readonly number[], inputs: readonly Source[]): boolean {
    return places.every((place) => {
      const { values } = inputs[place]!.storage!;
      const number = this.#numbers.get(place);
      return number === undefined
        ? isSame(this.#sightings.get(place)!, inputs[place]!.storage!)
        : values[0] === number.value;
    });
  }

  /** Constants changed, or compiling with them failed: require more unchanged runs from now on. */
  doubt(): void {
    this.#doubted = true;
    this.#patience *= 4;
    for (const sighting of [...this.#sightings.values(), ...this.#numbers.values()]) sighting.runs = 0;
  }
}

/** The optimizer's memory changes in place, and only parameters count their changes. */
function isSame({ storage, version }: Sighting, now: Storage): boolean {
  if (now.resident === true && now.version === undefined) return false;
  return version === (now.version ?? 0) && storage?.deref() === now;
}

/** The inputs that are the right-hand matrix of a product, except views with another shape, whose reshape is a node. */
export function weightPlaces({ nodes, inputs }: Plan): Set<number> {
  const places = new Set<number>();
  for (const node of nodes) {
    if (!/^(Fused)?MatMul /.test(node.signature.key)) continue;
    const right = node.inputs[1]!;
    const place = inputs.indexOf(right);
    if (place >= 0 && right.type.shape.length === 2 && node.signature.inputTypes[1] === right.type) places.add(place);
  }
  return places;
}

/** The scalar inputs that scale an attention's scores. */
export function scalePlaces(plan: Plan): Set<number> {
  const places = new Set<number>();
  for (const { signature, inputs } of fuseAttention(plan)) {
    if (signature.key !== "MultiHeadAttention") continue;
    inputs.forEach((source, i) => {
      const place = signature.inputTypes[i]!.shape.length === 0 ? plan.inputs.indexOf(source) : -1;
      if (place >= 0) places.add(place);
    });
  }
  return places;
}
