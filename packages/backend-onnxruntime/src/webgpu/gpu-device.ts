/**
 * A device with all limits and features of its adapter. The default limit of a binding is only 128 MiB.
 *
 * @param float16 whether the device must compute in float16
 * @throws if there is no adapter, or it has no float16
 */
export async function gpuDevice(float16 = false): Promise<GPUDevice> {
  const adapter = await navigator.gpu.requestAdapter({ powerPreference: "high-performance" });
  if (adapter === null)
    throw new Error(
      'backend-onnxruntime: there is no GPU adapter. Update the browser and its GPU driver, see chrome://gpu, or use "wasm".',
    );
  if (float16 && !adapter.features.has("shader-f16")) {
    const { vendor, architecture, device, description } = adapter.info;
    const name = [vendor, architecture, device, description].filter((part) => part !== "").join(" ");
    throw new Error(
      `backend-onnxruntime: the GPU adapter "${name}" has no feature shader-f16, which precision "float16" needs. Leave precision out for float32, or update the browser and its GPU driver, see chrome://gpu.`,
    );
  }
  const requiredLimits: Record<string, number> = {};
  for (const name in adapter.limits) {
    const value = (adapter.limits as unknown as Record<string, unknown>)[name];
    if (typeof value === "number" && !/^(min|maxInterStage)/.test(name)) requiredLimits[name] = value;
  }
  return adapter.requestDevice({ requiredFeatures: [...adapter.features] as GPUFeatureName[], requiredLimits });
}
