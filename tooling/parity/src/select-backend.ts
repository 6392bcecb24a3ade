import { useBackend, type BackendName } from "@bertkit/backend";
import * as tf from "@tensorflow/tfjs-core";

/** Chooses a backend as users do, and has it compute everything itself. */
export async function selectBackend(name: string): Promise<void> {
  if (name === "webgpu" && typeof process !== "undefined") await provideDawn();
  await useBackend(name as BackendName);
  // Else small tensors would be computed in JavaScript, and the shaders never.
  if (name === "webgpu") tf.env().set("WEBGPU_CPU_FORWARD", false);
  if (name === "webgl") tf.env().set("WEBGL_CPU_FORWARD", false);
}

/** Gives Node the browser's `navigator.gpu`, from Dawn. */
async function provideDawn(): Promise<void> {
  const { create, globals } = await import("webgpu");
  const page = globalThis as unknown as { navigator?: object };
  Object.assign(globalThis, globals);
  page.navigator ??= {};
  Object.defineProperty(page.navigator, "gpu", { value: create([]), configurable: true });
}
