import { callSite } from "./call-site.ts";
import { Source } from "./data.ts";
import type { Emit } from "./graph-builder.ts";
import type { TensorType } from "./types.ts";

/** What a node computes, up to its place in a graph: two nodes with one signature differ only in their inputs. */
export interface Signature {
  readonly id: number;
  readonly key: string;
  readonly emit: Emit;
  readonly inputTypes: readonly TensorType[];
  readonly outputTypes: readonly TensorType[];
  /** Where it was first called. */
  readonly site?: string | undefined;
}

export interface RecordedNode {
  readonly signature: Signature;
  readonly inputs: readonly Source[];
  readonly outputs: readonly Source[];
  /** Number of the flush that found it needed. */
  neededIn: number;
}

const signatures: Map<string, Signature> = new Map();

/** Keeps the kernels called since the last flush, in order. */
export class Recorder {
  pending: RecordedNode[] = [];

  /**
   * Notes one kernel call and returns its outputs, still without numbers.
   * @param key names the computation and every attribute that `emit` bakes into the graph
   */
  record(
    key: string,
    emit: Emit,
    inputs: readonly Source[],
    inputTypes: readonly TensorType[],
    outputTypes: readonly TensorType[],
  ): readonly Source[] {
    let full = key;
    for (const type of inputTypes) full += `,${type.id}`;
    let signature = signatures.get(full);
    if (signature === undefined) {
      signature = { id: signatures.size, key, emit, inputTypes, outputTypes, site: callSite() };
      signatures.set(full, signature);
    }
    const outputs = outputTypes.map((type) => new Source(type));
    const node: RecordedNode = { signature, inputs, outputs, neededIn: 0 };
    for (const output of outputs) output.node = node;
    this.pending.push(node);
    return outputs;
  }
}
