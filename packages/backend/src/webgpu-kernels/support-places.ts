import { copied, Place, placeOf } from "./place.ts";
import type { WebgpuBackend } from "./webgpu-backend.ts";

const supported: WeakSet<WebgpuBackend> = new WeakSet();

/** Changes the backend so that it frees and reads tensors with a place. Binding them works without changes. */
export function supportPlaces(backend: WebgpuBackend): void {
  if (supported.has(backend)) return;
  supported.add(backend);
  const { releaseResource, getBufferData, convertAndCacheOnCPU, readSync, readToGPU } = backend;

  backend.releaseResource = (dataId) => {
    const place = backend.tensorMap.has(dataId) ? placeOf(backend, dataId) : undefined;
    if (place === undefined) return releaseResource.call(backend, dataId);
    backend.tensorMap.get(dataId).resource = null;
    place.leave(backend);
  };

  backend.getBufferData = async (buffer) => {
    if (!(buffer instanceof Place)) return getBufferData.call(backend, buffer);
    const copy = copied(backend, buffer);
    try {
      return await getBufferData.call(backend, copy);
    } finally {
      backend.bufferManager.releaseBuffer(copy);
    }
  };

  // Values read before an update in place must not be taken for those after it.
  backend.convertAndCacheOnCPU = (dataId, values) =>
    placeOf(backend, dataId) === undefined ? convertAndCacheOnCPU.call(backend, dataId, values) : values;

  const withOwnBuffer = <Result>(dataId: object, read: (dataId: object) => Result): Result => {
    const place = backend.tensorMap.has(dataId) ? placeOf(backend, dataId) : undefined;
    if (place === undefined) return read.call(backend, dataId);
    const data = backend.tensorMap.get(dataId);
    const copy = copied(backend, place);
    data.resource = copy;
    try {
      return read.call(backend, dataId);
    } finally {
      data.resource = place;
      data.values = null;
      backend.stagingPendingDisposal.push(copy);
    }
  };
  backend.readSync = (dataId) => withOwnBuffer(dataId, readSync);
  backend.readToGPU = (dataId) => withOwnBuffer(dataId, readToGPU);
}
