import type { MathBackendWebGL } from "@tensorflow/tfjs-backend-webgl";
import type { DataId, TypedArray } from "@tensorflow/tfjs-core";
import { messageOf } from "@bertkit/checks";
import { requireExactResult, requireExactUpload } from "../patches/webgl.ts";
import { DispatchError } from "./dispatch-error.ts";
import { kernelInProgress, nameKernels } from "./kernel-in-progress.ts";
import { kernelsInWords, RecentKernels } from "./recent-kernels.ts";

type Backend = Pick<MathBackendWebGL, "gpgpu" | "texData" | "runWebGLProgram" | "uploadToGPU"> & {
  binaryCache: Record<string, unknown>;
  read(dataId: DataId): Promise<TypedArray>;
  readSync(dataId: DataId): TypedArray;
};

interface Watch {
  readonly recent: RecentKernels;
  /** Rejects when the context is lost. */
  readonly lost: Promise<never>;
}

const watches: WeakMap<WebGLRenderingContext, Watch> = new WeakMap();
const patched: WeakSet<object> = new WeakSet();

/**
 * Makes invalid draws, shaders that do not compile and a lost context throw, with the kernel's name: TensorFlow.js reads
 * zeros after an invalid draw, and waits forever for the values of a lost context.
 */
export function watchWebgl(prototype: object): void {
  nameKernels<Backend>("webgl", (backend, kernelName) => {
    const watch = watchOf(backend);
    requireContext(backend, watch);
    watch.recent.add(kernelName);
  });
  if (patched.has(prototype)) return;
  patched.add(prototype);
  const own = prototype as Backend;
  const { read, readSync, runWebGLProgram, uploadToGPU } = own;
  own.runWebGLProgram = function (this: Backend, ...args) {
    for (const { dataId } of args[1]) requireExact(this, dataId);
    try {
      return runWebGLProgram.apply(this as unknown as MathBackendWebGL, args);
    } catch (error) {
      requireContext(this, watchOf(this));
      throw DispatchError.isInstance(error) ? error : invalidProgram(error);
    }
  };
  own.uploadToGPU = function (this: Backend, dataId) {
    requireExact(this, dataId);
    return uploadToGPU.call(this as unknown as MathBackendWebGL, dataId);
  };
  own.read = async function (this: Backend, dataId) {
    if (onCpu(this, dataId)) return read.call(this, dataId);
    const watch = watchOf(this);
    requireContext(this, watch);
    const values = await Promise.race([read.call(this, dataId), watch.lost]);
    requireNoErrors(this, watch, dataId);
    if (values instanceof Int32Array) requireExactResult(values);
    return values;
  };
  own.readSync = function (this: Backend, dataId) {
    if (onCpu(this, dataId)) return readSync.call(this, dataId);
    const watch = watchOf(this);
    requireContext(this, watch);
    const values = readSync.call(this, dataId);
    requireNoErrors(this, watch, dataId);
    if (values instanceof Int32Array) requireExactResult(values);
    return values;
  };
}

/** Whether the context of a MathBackendWebGL is lost. Its compiled programs are lost with it. */
export function lostWebgl(backend: object): boolean {
  const { gpgpu, binaryCache } = backend as Backend;
  if (gpgpu?.gl.isContextLost() !== true) return false;
  for (const key of Object.keys(binaryCache)) delete binaryCache[key];
  return true;
}

function requireExact({ texData }: Backend, dataId: DataId): void {
  const values = texData.get(dataId)?.values;
  if (values instanceof Int32Array) requireExactUpload(values);
}

function onCpu(backend: Backend, dataId: DataId): boolean {
  const data = backend.texData.get(dataId);
  return data === undefined || (data.values !== null && data.values !== undefined) || data.dtype === "complex64";
}

function watchOf({ gpgpu: { gl } }: Backend): Watch {
  const known = watches.get(gl);
  if (known !== undefined) return known;
  const recent = new RecentKernels();
  const lost = new Promise<never>((_, reject) => {
    gl.canvas.addEventListener("webglcontextlost", () => reject(lostContext(recent)));
  });
  lost.catch(() => {});
  const watch = { recent, lost };
  watches.set(gl, watch);
  return watch;
}

function requireContext({ gpgpu: { gl } }: Backend, { recent }: Watch): void {
  if (gl.isContextLost()) throw lostContext(recent);
}

/** Each kind of error is reported once, until it is asked for. */
function requireNoErrors(backend: Backend, watch: Watch, dataId: DataId): void {
  requireContext(backend, watch);
  const { gl } = backend.gpgpu;
  const errors: number[] = [];
  for (let error = gl.getError(); error !== gl.NO_ERROR && errors.length < 8; error = gl.getError()) errors.push(error);
  const kernels = watch.recent.names;
  watch.recent.clear();
  if (errors.length === 0) return;
  const data = backend.texData.get(dataId);
  if (data !== undefined && data.texture !== null) data.values = null as never; // kept of the read
  const cure = errors.includes(gl.OUT_OF_MEMORY)
    ? "The GPU has no memory left: use smaller batches or shorter texts, and dispose tensors."
    : 'Use another backend, such as useBackend("wasm").';
  throw new DispatchError(
    `webgl: ${kernelsInWords(kernels)} did not run, so its results are invalid: ${errors.map((error) => nameOf(gl, error)).join(", ")}. ${cure}`,
    kernels,
  );
}

const errorNames = [
  "INVALID_ENUM",
  "INVALID_VALUE",
  "INVALID_OPERATION",
  "INVALID_FRAMEBUFFER_OPERATION",
  "OUT_OF_MEMORY",
] as const;

function nameOf(gl: WebGLRenderingContext, error: number): string {
  return errorNames.find((name) => gl[name] === error) ?? `error ${error}`;
}

function invalidProgram(error: unknown): DispatchError {
  const kernels = kernelInProgress === undefined ? [] : [kernelInProgress];
  return new DispatchError(
    `webgl: ${kernelsInWords(kernels)} did not run: ${messageOf(error)} Update the GPU's driver, or use another backend, such as useBackend("wasm").`,
    kernels,
    false,
    error,
  );
}

function lostContext(recent: RecentKernels): DispatchError {
  const kernels = recent.names;
  const since = kernels.length === 0 ? "" : ` Kernels since the last read: ${kernels.join(", ")}.`;
  return new DispatchError(
    `webgl: the GPU's context was lost, and every tensor on it.${since} Call useBackend("webgl") again for a new context, and load the weights from the last checkpoint.`,
    kernels,
    true,
  );
}
