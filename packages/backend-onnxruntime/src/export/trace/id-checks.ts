import type { RecordedNode, Source } from "../../record/source.ts";

/**
 * A check of ids that a function made while it was traced. It is repeated for the ids of later calls: a graph would take
 * negative ids for rows from the end.
 */
export interface IdCheck {
  readonly source: Source;
  /** The ids must be below it. */
  readonly count: number;
  /** @throws RangeError for an id outside [0, count) */
  readonly check: CheckValues;
}

export type CheckValues = (ids: ArrayLike<number>, count: number) => void;

/** Which input of an operation has ids; the operation rejects ids that are too large, but not negative ones. */
const placeOfIds: Readonly<Record<string, number>> = {
  Gather: 1,
  BatchedGather: 1,
  GatherNd: 1,
  ScatterSum: 0,
  ScatterAdd: 1,
  TensorScatterUpdate: 1,
};

/** The noted checks, each once, and one for every other source whose values the nodes use as ids. */
export function idChecks(noted: readonly IdCheck[], nodes: readonly RecordedNode[]): IdCheck[] {
  const checks: IdCheck[] = [];
  const checked = new Map<Source, number>();
  const add = (check: IdCheck): void => {
    const known = checked.get(check.source);
    if (known !== undefined && known <= check.count) return;
    checked.set(check.source, check.count);
    checks.push(check);
  };
  noted.forEach(add);
  for (const { signature, inputs } of nodes) {
    const { name } = signature.operation;
    const source = inputs[placeOfIds[name] ?? -1];
    if (source !== undefined) add({ source, count: Infinity, check: noNegative(name) });
  }
  return checks;
}

function noNegative(kernel: string): CheckValues {
  return (ids) => {
    for (let i = 0; i < ids.length; i++)
      if (ids[i]! < 0)
        throw new RangeError(
          `${kernel}: the index value ${ids[i]} must not be negative. Check the ids against the size of what they index.`,
        );
  };
}
