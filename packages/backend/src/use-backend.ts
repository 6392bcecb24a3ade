import { messageOf, shown } from "@bertkit/checks";
import * as tf from "@tensorflow/tfjs-core";
import { backendNames, type BackendName } from "./backend-name.ts";
import { checkBackendOptions, type BackendOptions } from "./backend-options.ts";
import { BackendUnavailableError } from "./backend-unavailable-error.ts";
import type { Candidate, EngineName, Prepared } from "./candidate.ts";
import { rememberChoice } from "./chosen-backend.ts";
import { reportCompilation } from "./compile-progress.ts";
import { cpu } from "./candidates/cpu.ts";
import { node } from "./candidates/node.ts";
import { wasm } from "./candidates/wasm.ts";
import { webgl } from "./candidates/webgl.ts";
import { webgpu } from "./candidates/webgpu.ts";

export interface BackendInUse {
  readonly name: BackendName;
  /** Its name in TensorFlow.js, as returned by `tf.getBackend()`. */
  readonly registeredAs: string;
  /** What computes: "onnxruntime", or "tfjs" for TensorFlow.js's own kernels. */
  readonly engine: EngineName;
  /** Why this engine, in a sentence. */
  readonly reason: string;
  /** The backends tried before it: why each cannot run here, and the fix. */
  readonly unavailable: Readonly<Partial<Record<BackendName, string>>>;
}

const candidates: Record<BackendName, Candidate> = { webgpu, webgl, node, wasm, cpu };

/** The order of "auto", fastest first. */
const automatic: readonly BackendName[] = ["node", "webgpu", "webgl", "wasm", "cpu"];

/**
 * Loads a backend, patches its known bugs and selects it. Also registers the gradients, which @tensorflow/tfjs-core
 * alone lacks.
 *
 * @param name one backend, or "auto" for the fastest that runs here
 * @throws BackendUnavailableError if it cannot run here, with the reason and the fix; RangeError or TypeError on an
 *   unknown backend, an unknown option or an invalid value
 */
export async function useBackend(
  name: BackendName | "auto" = "auto",
  options: BackendOptions = {},
): Promise<BackendInUse> {
  if (name !== "auto" && !backendNames.includes(name)) {
    throw new RangeError(`useBackend: unknown backend, got ${shown(name)}. Use ${backendNames.join(", ")} or auto.`);
  }
  checkBackendOptions(options);
  // One after the other: the backend that a call reports is in use until the next one starts.
  const selected = latest.then(() => select(name, options));
  latest = selected.catch(() => {});
  return selected;
}

let latest: Promise<unknown> = Promise.resolve();

async function select(name: BackendName | "auto", options: BackendOptions): Promise<BackendInUse> {
  await import("#gradients");
  reportCompilation(options.onCompile);
  const unavailable: Partial<Record<BackendName, string>> = {};
  const { order, reasons: emulated } =
    name === "auto" ? await automaticOrder(options) : { order: [candidates[name]], reasons: "" };
  for (const candidate of order) {
    const started = await start(candidate, options);
    if (typeof started !== "string") {
      const { onCompile: _, ...others } = options; // a worker cannot receive a function
      rememberChoice({ name: candidate.name, options: others }, started.registeredAs);
      return { name: candidate.name, ...started, reason: `${started.reason}${emulated}`, unavailable };
    }
    unavailable[candidate.name] = started;
  }
  if (name !== "auto") throw new BackendUnavailableError(`useBackend: ${name} cannot run here. ${unavailable[name]}`);
  const reasons = Object.entries(unavailable).map(([backend, reason]) => `${backend}: ${reason}`);
  throw new BackendUnavailableError(`useBackend: no backend could start. ${reasons.join(" ")}`);
}

/** If the engine can run on WebAssembly, GPUs that the CPU emulates come after everything except plain JavaScript. */
async function automaticOrder(options: BackendOptions): Promise<{ order: Candidate[]; reasons: string }> {
  const front: Candidate[] = [];
  const behind: Candidate[] = [];
  let reasons = "";
  for (const candidate of automatic.map((each) => candidates[each])) {
    const reason = await candidate.whyLate?.(options).catch(() => undefined);
    if (reason !== undefined) reasons += ` ${reason}`;
    (reason === undefined && candidate !== cpu ? front : behind).push(candidate);
  }
  return { order: [...front, ...behind], reasons };
}

/** Starts it. Returns the reason if that fails. */
async function start(candidate: Candidate, options: BackendOptions): Promise<Prepared | string> {
  try {
    const { engine, reason } = candidate.engine(options);
    if (options.engine !== undefined && options.engine !== engine)
      return `The option engine asks for ${options.engine === "tfjs" ? "TensorFlow.js's own kernels" : "ONNX Runtime"}. ${reason} Omit engine, or use another backend.`;
    const prepared = await candidate.prepare(options);
    const started =
      tf.findBackendFactory(prepared.registeredAs) !== null && (await tf.setBackend(prepared.registeredAs));
    if (!started) return candidate.fix;
    if (prepared.engine === "tfjs") candidate.watch?.(tf.backend());
    return prepared;
  } catch (error) {
    return messageOf(error);
  }
}
