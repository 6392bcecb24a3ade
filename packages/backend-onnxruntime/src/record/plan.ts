import { Source, type RecordedNode } from "./source.ts";

/** One flush: the nodes to run, their inputs in memory, and the outputs. */
export interface Plan {
  readonly nodes: readonly RecordedNode[];
  readonly inputs: readonly Source[];
  readonly outputs: readonly Source[];
  /** The graph's structure: plans with equal keys can share one compiled model. Valid until the next plan. */
  readonly key: Int32Array;
  readonly hash: number;
}

/** The same plan with new sources, which no tensor has: assign memory to them and run it any number of times. */
export function detached({ nodes, inputs, outputs, key, hash }: Plan): Plan {
  const own = new Map<Source, Source>();
  const ownOf = (source: Source): Source => {
    let copy = own.get(source);
    if (copy === undefined) {
      copy = new Source(source.type);
      copy.frozen = source.frozen;
      copy.variable = source.variable;
      own.set(source, copy);
    }
    return copy;
  };
  return {
    nodes: nodes.map((node) => ({ ...node, inputs: node.inputs.map(ownOf), outputs: node.outputs.map(ownOf) })),
    inputs: inputs.map(ownOf),
    outputs: outputs.map(ownOf),
    key: key.slice(),
    hash,
  };
}

let epoch = 0;
let ints: Int32Array = new Int32Array(4096);

/**
 * Selects the pending nodes that live tensors depend on, and numbers everything in order of recording. For every node
 * the key has its signature, the slots of its inputs (memory inputs are negative, numbered in order of first use, with
 * their type), and which outputs are read.
 * @param only the one source to compute; default all sources of live tensors
 */
export function plan(pending: readonly RecordedNode[], only?: Source): Plan {
  epoch++;
  markNeeded(pending, only);
  const nodes: RecordedNode[] = [];
  const inputs: Source[] = [];
  const outputs: Source[] = [];
  let length = 0;
  let slots = 0;
  for (const node of pending) {
    if (node.neededIn !== epoch) continue;
    nodes.push(node);
    if (length + 2 * node.inputs.length + node.outputs.length + 2 > ints.length) ints = grown(ints);
    ints[length++] = node.signature.id;
    for (const source of node.inputs) {
      if (source.epoch !== epoch) {
        source.epoch = epoch;
        inputs.push(source);
        source.slot = -inputs.length;
        ints[length++] = source.type.id;
      }
      ints[length++] = source.slot;
    }
    for (const source of node.outputs) {
      source.epoch = epoch;
      source.slot = slots++;
      const wanted = only === undefined ? source.held : source === only;
      if (wanted) outputs.push(source);
      ints[length++] = wanted ? 1 : 0;
    }
  }
  const key = ints.subarray(0, length);
  return { nodes, inputs, outputs, key, hash: hashOf(key) };
}

function markNeeded(pending: readonly RecordedNode[], only: Source | undefined): void {
  for (let i = pending.length - 1; i >= 0; i--) {
    const node = pending[i]!;
    if (node.neededIn !== epoch) {
      let wanted = false;
      for (const output of node.outputs) if (only === undefined ? output.held : output === only) wanted = true;
      if (!wanted) continue;
      node.neededIn = epoch;
    }
    for (const source of node.inputs) if (source.node !== undefined) source.node.neededIn = epoch;
  }
}

function hashOf(key: Int32Array): number {
  let hash = key.length;
  for (let i = 0; i < key.length; i++) hash = Math.imul(hash ^ key[i]!, 0x5bd1e995) ^ (hash >>> 13);
  return hash | 0;
}

function grown(array: Int32Array): Int32Array {
  const larger = new Int32Array(array.length * 2);
  larger.set(array);
  return larger;
}
