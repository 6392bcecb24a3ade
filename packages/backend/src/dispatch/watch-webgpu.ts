import type { WebGPUBackend } from "@tensorflow/tfjs-backend-webgpu";
import type { DataId, TypedArray } from "@tensorflow/tfjs-core";
import { exactIntegers } from "../patches/exact-integers.ts";
import { DispatchError } from "./dispatch-error.ts";
import { kernelInProgress, nameKernels } from "./kernel-in-progress.ts";
import { kernelsInWords, RecentKernels } from "./recent-kernels.ts";
import { requireBufferSize, requireWithinLimits } from "./webgpu-limits.ts";

/** What is known of the dispatches on one device. */
interface Watch {
  readonly device: GPUDevice;
  readonly recent: RecentKernels;
  readonly errors: DispatchError[];
  /** Number of errors that a read has thrown. */
  reported: number;
  /** The error scopes that were closed, until their errors are in `errors`. */
  closed: Promise<void>;
  lost?: DispatchError;
}

type Values = Promise<TypedArray>;
type Reader = Pick<WebGPUBackend, "device" | "tensorMap"> & {
  read(dataId: DataId): Values;
  readSync(dataId: DataId): TypedArray;
};

const watches: WeakMap<GPUDevice, Watch> = new WeakMap();
const patched: WeakSet<object> = new WeakSet();

/**
 * Makes invalid dispatches and a lost device throw: at once if JavaScript can tell, otherwise at the next asynchronous
 * read, which closes the error scopes that are open since the last one. Objects of the device get the kernel's name as
 * their label, which the GPU's messages contain.
 */
export function watchWebgpu(prototype: object): void {
  nameKernels<WebGPUBackend>("webgpu", ({ device }, kernelName) => {
    const watch = watchOf(device);
    if (watch.lost !== undefined) throw watch.lost;
    watch.recent.add(kernelName);
  });
  if (patched.has(prototype)) return;
  patched.add(prototype);
  const reader = prototype as Reader;
  const { read, readSync } = reader;
  reader.read = async function (this: Reader, dataId) {
    const data = this.tensorMap.get(dataId);
    if (data === undefined || (data.values !== null && data.values !== undefined)) return read.call(this, dataId);
    const watch = watchOf(this.device);
    const { reported } = watch;
    if (watch.lost !== undefined) throw watch.lost;
    const reading = read.call(this, dataId).catch((error: unknown) => ({ error }));
    closeScopes(watch);
    const [values] = await Promise.all([reading, watch.closed]);
    if ("error" in values) await Promise.race([this.device.lost, wait(100)]); // a lost device rejects reads first
    if (watch.lost !== undefined) throw watch.lost;
    const error = watch.errors[reported];
    if (error !== undefined) {
      watch.reported = watch.errors.length;
      data.values = null as never; // the values that TensorFlow.js keeps of a read
      throw error;
    }
    if ("error" in values) throw values.error;
    watch.recent.clear();
    return values;
  };
  reader.readSync = function (this: Reader, dataId) {
    const data = this.tensorMap.get(dataId);
    if (data === undefined || (data.values !== null && data.values !== undefined)) return readSync.call(this, dataId);
    const watch = watchOf(this.device);
    if (watch.lost !== undefined) throw watch.lost;
    const error = watch.errors[watch.reported];
    if (error !== undefined) {
      watch.reported = watch.errors.length;
      throw error;
    }
    if (typeof OffscreenCanvas === "undefined")
      throw new TypeError("webgpu: dataSync and arraySync need a browser. Use await tensor.data() or tensor.array().");
    return readSync.call(this, dataId);
  };
}

/** Whether the device of a WebGPUBackend is lost. */
export function lostWebgpu(backend: object): boolean {
  const { device } = backend as { device?: GPUDevice };
  return device !== undefined && watches.get(device)?.lost !== undefined;
}

function wait(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}

function watchOf(device: GPUDevice): Watch {
  const known = watches.get(device);
  if (known !== undefined) return known;
  const watch: Watch = { device, recent: new RecentKernels(), errors: [], reported: 0, closed: Promise.resolve() };
  watches.set(device, watch);
  device.lost.then(
    (info) => (watch.lost = lostDevice(info, watch)),
    () => {},
  );
  device.addEventListener("uncapturederror", (event) => {
    event.preventDefault(); // instead of the warning in the console
    addError(watch, (event as GPUUncapturedErrorEvent).error, watch.recent.names);
  });
  labelObjects(watch);
  openScopes(device);
  return watch;
}

const filters: readonly GPUErrorFilter[] = ["validation", "out-of-memory", "internal"];

/** Each scope keeps the first error of its kind. */
function openScopes(device: GPUDevice): void {
  for (const filter of filters) device.pushErrorScope(filter);
}

function addError({ errors }: Watch, error: GPUError, names: readonly string[], thrown?: string): void {
  const name = label.exec(error.message)?.[1];
  if (name === undefined || name !== thrown) errors.push(invalidDispatch(error, name === undefined ? names : [name]));
}

/** @param thrown the kernel whose error is already thrown */
function closeScopes(watch: Watch, thrown?: string): void {
  const { device, recent, closed } = watch;
  const { names } = recent;
  const scopes = filters.map(() => device.popErrorScope().catch(() => null)); // rejects on a lost device
  openScopes(device);
  const collect = async (): Promise<void> => {
    await closed;
    for (const error of await Promise.all(scopes)) {
      if (error !== null) addError(watch, error, names, thrown);
    }
  };
  watch.closed = collect();
}

/** Labels name the kernel in the GPU's messages; limits are checked where the message would come later. */
function labelObjects(watch: Watch): void {
  const { device } = watch;
  const { createBindGroup, createBuffer, createComputePipeline, createComputePipelineAsync, createShaderModule } =
    device;
  const { maxBufferSize, maxStorageBufferBindingSize, maxStorageBuffersPerShaderStage } = device.limits;
  const limits = { maxBufferSize, maxStorageBufferBindingSize, maxStorageBuffersPerShaderStage };
  const check = (limit: () => void): void => {
    try {
      limit();
    } catch (error) {
      closeScopes(watch, kernelInProgress);
      throw error;
    }
  };
  // TensorFlow.js makes each descriptor for one call.
  const setLabel = (descriptor: GPUObjectDescriptorBase): void => {
    if (kernelInProgress !== undefined) descriptor.label = `kernel ${kernelInProgress}: ${descriptor.label ?? ""}`;
  };
  device.createBindGroup = (descriptor) => {
    check(() => requireWithinLimits(limits, descriptor.entries as GPUBindGroupEntry[], kernelInProgress));
    setLabel(descriptor);
    return createBindGroup.call(device, descriptor);
  };
  device.createBuffer = (descriptor) => {
    check(() => requireBufferSize(limits, descriptor.size, kernelInProgress));
    return createBuffer.call(device, descriptor);
  };
  device.createShaderModule = (descriptor) => {
    setLabel(descriptor);
    return createShaderModule.call(device, { ...descriptor, code: exactIntegers(descriptor.code) });
  };
  device.createComputePipeline = (descriptor) => {
    setLabel(descriptor);
    return createComputePipeline.call(device, descriptor);
  };
  device.createComputePipelineAsync = (descriptor) => {
    setLabel(descriptor);
    return createComputePipelineAsync.call(device, descriptor);
  };
}

const label = /"kernel (\w+): /;

function invalidDispatch(error: GPUError, kernels: readonly string[]): DispatchError {
  const [what] = error.message.split("\n");
  const memory = typeof GPUOutOfMemoryError !== "undefined" && error instanceof GPUOutOfMemoryError;
  const cure = memory
    ? "The GPU has no memory left: use smaller batches or shorter texts, and dispose tensors."
    : 'Use smaller batches or shorter texts if it is a limit; otherwise another backend, such as useBackend("wasm").';
  return new DispatchError(
    `webgpu: ${kernelsInWords(kernels)} did not run, so its results are invalid: ${sentence(what!)} ${cure}`,
    kernels,
    false,
    error,
  );
}

function sentence(text: string): string {
  return text.endsWith(".") ? text : `${text}.`;
}

function lostDevice({ reason, message }: GPUDeviceLostInfo, watch: Watch): DispatchError {
  const kernels = watch.recent.names;
  const why = [reason === "destroyed" ? "destroyed" : "", message].filter((part) => part !== "").join(": ");
  const since = kernels.length === 0 ? "" : ` Kernels since the last read: ${kernels.join(", ")}.`;
  return new DispatchError(
    `webgpu: the GPU device was lost${why === "" ? "" : ` (${why})`}, and every tensor on it.${since} Call useBackend("webgpu") again for a new device, and load the weights from the last checkpoint.`,
    kernels,
    true,
  );
}
