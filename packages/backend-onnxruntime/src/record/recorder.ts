import { callSite } from "./call-site.ts";
import { frozenCopy, kernelKey, type KernelAttributes, type Operation } from "./operation.ts";
import { Source, type RecordedNode, type Signature } from "./source.ts";
import type { TensorType } from "./types.ts";

/** Maximum number of signatures kept that no compiled graph has. */
const maxUnused = 4096;

let nextId = 0;

/** The kernels called since the last flush, in order. */
export class Recorder {
  pending: RecordedNode[] = [];
  readonly #signatures: Map<string, Signature> = new Map();
  #limit = maxUnused;
  readonly #notesSites: boolean;

  /** @param notesSites whether to note where each kernel's op was called, for messages of failed runs */
  constructor(notesSites = true) {
    this.#notesSites = notesSites;
  }

  /** Number of signatures kept. */
  get size(): number {
    return this.#signatures.size;
  }

  /** Records one kernel call and returns its outputs, which have no values yet. */
  record<Attributes extends KernelAttributes>(
    operation: Operation<Attributes>,
    attributes: Attributes,
    inputs: readonly Source[],
    inputTypes: readonly TensorType[],
    outputTypes: readonly TensorType[],
  ): readonly Source[] {
    const key = kernelKey(operation.name, attributes);
    let full = key;
    for (const type of inputTypes) full += `,${type.id}`;
    full += ":";
    for (const type of outputTypes) full += `,${type.id}`;
    let signature = this.#signatures.get(full);
    if (signature === undefined) {
      const [id, site] = [nextId++, this.#notesSites ? callSite() : undefined];
      signature = { id, key, operation, attributes: frozenCopy(attributes), inputTypes, outputTypes, site, graphs: 0 };
      this.#signatures.set(full, signature);
    }
    const outputs = outputTypes.map((type) => new Source(type));
    const node: RecordedNode = { signature, inputs, outputs, neededIn: 0 };
    for (const output of outputs) output.node = node;
    this.pending.push(node);
    return outputs;
  }

  /** Removes the pending kernels; pass them to `finish` when they have run. */
  take(): readonly RecordedNode[] {
    const { pending } = this;
    this.pending = [];
    return pending;
  }

  /** Cuts the history of outputs whose kernels have run or failed, so that a tensor only keeps its values. */
  finish(nodes: readonly RecordedNode[]): void {
    for (const { outputs } of nodes) for (const output of outputs) output.node = undefined;
    if (this.#signatures.size <= this.#limit || this.pending.length > 0) return;
    for (const [full, { graphs }] of this.#signatures) if (graphs === 0) this.#signatures.delete(full);
    this.#limit = this.#signatures.size + maxUnused;
  }
}
