import type { AdamWAttributes } from "@bertkit/ops";
import * as tf from "@tensorflow/tfjs-core";
import type { TensorInfo } from "@tensorflow/tfjs-core";
import type { OnnxRuntimeBackend } from "../backend.ts";
import { Source } from "../record/source.ts";
import type { RemoteMemory, Storage } from "../record/storage.ts";

/** The update on a GPU: starts the pending kernels, then updates variables and moments in place, without waiting. */
export function updateRemotely(
  backend: OnnxRuntimeBackend,
  remote: RemoteMemory,
  attributes: AdamWAttributes<TensorInfo>,
): void {
  const { variables, gradients, firstMoments, secondMoments, weightDecays } = attributes;
  const { learningRate, beta1, beta2, epsilon, clipNorm, step, biasCorrection } = attributes;
  backend.executor.flush();
  const parameters = variables.map((variable, i) => ({
    size: backend.numeric(variable).type.size,
    values: ownStorage(backend, remote, variable),
    firstMoments: ownStorage(backend, remote, firstMoments[i]!),
    secondMoments: ownStorage(backend, remote, secondMoments[i]!),
    gradient: backend.executor.storageOf(backend.numeric(gradients[i]!).source),
    weightDecay: weightDecays[i]!,
  }));
  remote.adamW(parameters, {
    learningRate,
    beta1,
    beta2,
    epsilon,
    clipNorm,
    rate: learningRate / (biasCorrection ? 1 - beta1 ** step : 1),
    rootScale: 1 / Math.sqrt(biasCorrection ? 1 - beta2 ** step : 1),
  });
}

/** The memory of a tensor for an update in place. Its clones and reshapes keep their current values. */
function ownStorage(backend: OnnxRuntimeBackend, remote: RemoteMemory, info: TensorInfo): Storage {
  let data = backend.numeric(info);
  if (data.references > 1 && info instanceof tf.Variable) {
    const source = new Source(data.type);
    source.storage = remote.copyOf(backend.executor.storageOf(data.source), data.type);
    const fresh = tf.engine().makeTensorFromTensorInfo(backend.fromSource(source), backend);
    info.assign(fresh);
    fresh.dispose();
    data = backend.numeric(info);
  }
  data.fill = undefined;
  const storage = backend.executor.storageOf(data.source);
  storage.version = (storage.version ?? 0) + 1;
  return storage;
}
