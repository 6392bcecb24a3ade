import { plan, type Plan } from "../record/plan.ts";
import type { RecordedNode, Source } from "../record/source.ts";
import { failedKernel } from "./describe-failure.ts";

/** A graph with at most this many results is computed one by one after a failure: each needs a compilation. */
const maxOneByOne = 64;

/** Maximum number of kernels that are left out of a larger graph, one after the other. */
const maxLeftOut = 8;

/**
 * After a failed run, computes the results that do not need the failed kernel; the others have the error, which is
 * thrown when they are read.
 * @param execute runs a plan
 */
export function salvage(pending: readonly RecordedNode[], error: Error, execute: (planned: Plan) => void): void {
  const wanted = plan(pending).outputs;
  for (const source of wanted) source.failure = error;
  if (wanted.length > maxOneByOne) runOthers(pending, error, execute);
  else if (wanted.length > 1) for (const source of wanted) attempt([source], () => execute(plan(pending, source)));
}

/** Runs the graph without the failed kernel and all that need it, and again if another one fails. */
function runOthers(pending: readonly RecordedNode[], error: Error, execute: (planned: Plan) => void): void {
  let left = pending;
  let failure: Error | undefined = error;
  for (let i = 0; i < maxLeftOut && failure !== undefined; i++) {
    const { nodes, inputs } = plan(left);
    const failedEarlier = inputs.filter((source) => source.storage === undefined && source.failure !== undefined);
    const failed = failedEarlier.length > 0 ? failedEarlier : failedKernel(nodes, failure.cause)?.outputs;
    if (failed === undefined) return;
    left = without(failed, left);
    const others = plan(left);
    failure = attempt(others.outputs, () => execute(others));
  }
}

/** Runs it; the sources' failure is then its error, or none. */
function attempt(sources: readonly Source[], run: () => void): Error | undefined {
  let failure: Error | undefined;
  try {
    run();
  } catch (error) {
    failure = error as Error;
  }
  for (const source of sources) source.failure = failure;
  return failure;
}

/** The kernels that neither compute nor need the failed sources. */
function without(failed: readonly Source[], nodes: readonly RecordedNode[]): RecordedNode[] {
  const gone = new Set(failed);
  return nodes.filter(({ inputs, outputs }) => {
    const stays = ![...inputs, ...outputs].some((source) => gone.has(source));
    if (!stays) for (const output of outputs) gone.add(output);
    return stays;
  });
}
