// Selected by the "node" condition in package.json's imports.
import type { registerOnnxRuntime } from "@bertkit/backend-onnxruntime";
import { notInstalled } from "../backend-unavailable-error.ts";

/** @throws BackendUnavailableError if @bertkit/backend-onnxruntime, an optional peer, does not load */
export async function loadOnnxRuntime(): Promise<typeof registerOnnxRuntime> {
  try {
    return (await import("@bertkit/backend-onnxruntime")).registerOnnxRuntime;
  } catch (error) {
    throw notInstalled("@bertkit/backend-onnxruntime --ignore-scripts", error);
  }
}
