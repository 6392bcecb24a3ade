/** A device with all limits and features of its adapter. The default limit of a binding is only 128 MiB. */
export async function gpuDevice(): Promise<GPUDevice> {
  const adapter = await navigator.gpu.requestAdapter({ powerPreference: "high-performance" });
  if (adapter === null)
    throw new Error(
      'backend-onnxruntime: there is no GPU adapter. Update the browser and its GPU driver, see chrome://gpu, or use "wasm".',
    );
  const requiredLimits: Record<string, number> = {};
  for (const name in adapter.limits) {
    const value = (adapter.limits as unknown as Record<string, unknown>)[name];
    if (typeof value === "number" && !/^(min|maxInterStage)/.test(name)) requiredLimits[name] = value;
  }
  return adapter.requestDevice({ requiredFeatures: [...adapter.features] as GPUFeatureName[], requiredLimits });
}
