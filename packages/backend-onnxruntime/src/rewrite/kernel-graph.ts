import type { Source, RecordedNode } from "../record/source.ts";
import type { Plan } from "../record/plan.ts";
import type { KernelAttributes, Operation } from "../record/operation.ts";
import type { TensorType } from "../record/types.ts";

/** A tensor and the shape in which a kernel reads it. */
export interface View {
  readonly source: Source;
  readonly type: TensorType;
}

export function viewOf({ inputs, signature }: RecordedNode, input: number): View {
  return { source: inputs[input]!, type: signature.inputTypes[input]! };
}

/** The kernel that replaces the one with these outputs, or several that end with it. */
export function replacement<Attributes extends KernelAttributes>(
  operation: Operation<Attributes>,
  attributes: Attributes,
  views: readonly View[],
  outputs: RecordedNode["outputs"],
  outputType: TensorType,
): RecordedNode {
  const inputTypes = views.map(({ type }) => type);
  return {
    signature: {
      id: -1,
      key: operation.name,
      operation,
      attributes,
      inputTypes,
      outputTypes: [outputType],
      graphs: 0,
    },
    inputs: views.map(({ source }) => source),
    outputs,
    neededIn: 0,
  };
}

/** A plan's kernels, indexed by their outputs and inputs for pattern matching. */
export class KernelGraph {
  readonly #makers: Map<Source, RecordedNode> = new Map();
  readonly #readers: Map<Source, RecordedNode[]> = new Map();
  readonly #wanted: ReadonlySet<Source>;

  constructor({ nodes, outputs }: Pick<Plan, "nodes" | "outputs">) {
    this.#wanted = new Set(outputs);
    for (const node of nodes) {
      for (const source of node.outputs) this.#makers.set(source, node);
      for (const source of node.inputs) {
        const readers = this.#readers.get(source);
        if (readers === undefined) this.#readers.set(source, [node]);
        else readers.push(node);
      }
    }
  }

  /** The kernels that read it; a kernel that reads it twice is listed twice. */
  readersOf(source: Source): readonly RecordedNode[] {
    return this.#readers.get(source) ?? [];
  }

  /** How often it is read, by kernels and as an output of the plan. */
  readsOf(source: Source): number {
    return this.readersOf(source).length + (this.#wanted.has(source) ? 1 : 0);
  }

  /** The kernel that computes it, in whatever shape it is read. */
  makerOfSource(source: Source): RecordedNode | undefined {
    return this.#makers.get(source);
  }

  /** The kernel that computed an input, with the same shape. */
  makerOf(node: RecordedNode, input: number): RecordedNode | undefined {
    const source = node.inputs[input]!;
    return node.signature.inputTypes[input] === source.type ? this.#makers.get(source) : undefined;
  }

  /** The same, if nothing else reads it. */
  onlyMakerOf(node: RecordedNode, input: number): RecordedNode | undefined {
    return this.readsOf(node.inputs[input]!) === 1 ? this.makerOf(node, input) : undefined;
  }
}

/** The kernels that the outputs depend on, in order. */
export function onlyNeeded(nodes: readonly RecordedNode[], outputs: readonly Source[]): readonly RecordedNode[] {
  const needed = new Set(outputs);
  const kept: RecordedNode[] = [];
  for (const node of nodes.toReversed()) {
    if (!node.outputs.some((source) => needed.has(source))) continue;
    node.inputs.forEach((source) => needed.add(source));
    kept.push(node);
  }
  return kept.toReversed();
}
