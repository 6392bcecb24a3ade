import * as tf from "@tensorflow/tfjs-core";
import { backendNames, type BackendName } from "./backend-name.ts";
import { checkOptions, type CandidateOptions } from "./candidate-options.ts";
import { Missing, type Candidate } from "./candidate.ts";
import { cpu } from "./candidates/cpu.ts";
import { node } from "./candidates/node.ts";
import { wasm } from "./candidates/wasm.ts";
import { webgl } from "./candidates/webgl.ts";
import { webgpu } from "./candidates/webgpu.ts";

export interface BackendInUse {
  readonly name: BackendName;
  /** What TensorFlow.js calls it: what `tf.getBackend()` gives. */
  readonly registeredAs: string;
  /** Of the backends tried before it, why each cannot run here and what to do. */
  readonly missing: Readonly<Partial<Record<BackendName, string>>>;
}

const candidates: Record<BackendName, Candidate> = { webgpu, webgl, node, wasm, cpu };

/** Fastest first; what cannot run here says so and the next is tried. */
const automatic: readonly BackendName[] = ["node", "webgpu", "webgl", "wasm", "cpu"];

/**
 * Loads a backend, mends its known faults, and makes it TensorFlow.js's. Gradients are registered as well,
 * which @tensorflow/tfjs-core alone does not do.
 *
 * @param name one backend, or "auto" for the fastest that runs here
 * @throws where the one named cannot run here: the message says why, and the cure; for a name or an option that there is none of, and for an option's value that makes no sense
 */
export async function useBackend(
  name: BackendName | "auto" = "auto",
  options: CandidateOptions = {},
): Promise<BackendInUse> {
  if (name !== "auto" && !backendNames.includes(name)) {
    throw new RangeError(
      `useBackend: no backend of that name, got "${String(name)}". Use ${backendNames.join(", ")} or auto.`,
    );
  }
  checkOptions(options);
  await import("#gradients");
  const missing: Partial<Record<BackendName, string>> = {};
  for (const candidate of name === "auto" ? automatic.map((each) => candidates[each]) : [candidates[name]]) {
    const reason = await start(candidate, options);
    if (reason === undefined) return { name: candidate.name, registeredAs: candidate.registeredAs, missing };
    missing[candidate.name] = reason;
  }
  if (name !== "auto") throw new Missing(`useBackend: ${name} cannot run here. ${missing[name]}`);
  const reasons = Object.entries(missing).map(([backend, reason]) => `${backend}: ${reason}`);
  throw new Missing(`useBackend: no backend could start. ${reasons.join(" ")}`);
}

/** Undefined where it runs, else why it does not. */
async function start(candidate: Candidate, options: CandidateOptions): Promise<string | undefined> {
  try {
    await candidate.prepare(options);
    const started =
      tf.findBackendFactory(candidate.registeredAs) !== null && (await tf.setBackend(candidate.registeredAs));
    return started ? undefined : candidate.cure;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}
