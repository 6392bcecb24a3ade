// Selected by the "node" condition in package.json's imports.
import type { exportOnnx } from "@bertkit/backend-onnxruntime/export";

/** @throws if @bertkit/backend-onnxruntime, an optional peer, does not load; the message says how to install it */
export async function loadExportOnnx(): Promise<typeof exportOnnx> {
  try {
    return (await import("@bertkit/backend-onnxruntime/export")).exportOnnx;
  } catch (cause) {
    const [reason] = String(cause instanceof Error ? cause.message : cause).split("\n");
    throw new Error(
      `saveOnnx: @bertkit/backend-onnxruntime does not load: "${reason}". Install it: npm install @bertkit/backend-onnxruntime --ignore-scripts`,
      { cause },
    );
  }
}
