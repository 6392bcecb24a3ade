import { create, globals } from "webgpu";

/** `navigator.gpu` in Node, from Dawn. */
export function provideDawn(): void {
  const page = globalThis as unknown as { navigator?: object; GPUAdapter: { prototype: GPUAdapter } };
  Object.assign(globalThis, globals);
  page.navigator ??= {};
  Object.defineProperty(page.navigator, "gpu", { value: create([]), configurable: true });
  const adapter = page.GPUAdapter.prototype;
  const requestDevice = adapter.requestDevice;
  adapter.requestDevice = async function (descriptor) {
    const device = await requestDevice.call(this, descriptor);
    // Dawn's bindings, unlike browsers, reject shared memory, such as onnxruntime-web's.
    const writeBuffer = device.queue.writeBuffer.bind(device.queue);
    device.queue.writeBuffer = (buffer, offset, data, start, size) => {
      const bytes = data as Uint8Array<ArrayBuffer>;
      const own = (bytes.buffer as ArrayBufferLike) instanceof SharedArrayBuffer ? bytes.slice() : data;
      writeBuffer(buffer, offset, own, start, size);
    };
    return device;
  };
  // Dawn's pending work does not keep the process alive; programs end explicitly.
  setInterval(() => {}, 1000);
}
