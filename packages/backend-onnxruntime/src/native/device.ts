import { messageOf } from "@bertkit/checks";
import { NativeSession, nativeDevices, stopName } from "./native-session.ts";
import { serializeModel } from "../onnx/model.ts";

/** ONNX Runtime's execution providers, as onnxruntime-node names them. */
export const devices = ["cpu", "webgpu", "cuda", "tensorrt", "dml", "coreml", "qnn"] as const;
export type Device = (typeof devices)[number];

const fixes: Partial<Record<Device, string>> = {
  webgpu:
    "Install a driver for the GPU: with Vulkan on Linux, Direct3D 12 on Windows. For a software driver, set VK_ICD_FILENAMES and LD_LIBRARY_PATH to SwiftShader's, such as Debian's chromium's in /usr/lib/chromium.",
  cuda: "Install CUDA 12 and cuDNN 9, then onnxruntime-node's libraries for them: ONNXRUNTIME_NODE_INSTALL=cuda12 npm rebuild onnxruntime-node.",
  tensorrt:
    "Install TensorRT and CUDA 12, then onnxruntime-node's libraries for them: ONNXRUNTIME_NODE_INSTALL=cuda12 npm rebuild onnxruntime-node.",
};

/** Runs a one-node graph on the device. @throws if it cannot run, with the reason and what to install */
export function checkDevice(device: Device): void {
  if (device === "cpu") return;
  const available = nativeDevices();
  if (!available.includes(device))
    throw new Error(
      `backend-onnxruntime: this onnxruntime-node has no ${device} on ${process.platform} ${process.arch}. Use one of: ${available.join(", ")}.`,
    );
  try {
    const session = new NativeSession(probe(), { threads: 1, spinMicroseconds: 0, device }, true);
    const one = { type: "float32", dims: [1], location: "cpu" } as const;
    const y = new Float32Array(1);
    session.run({ x: { ...one, data: Float32Array.of(4) } }, { [stopName]: null, y: { ...one, data: y } });
    session.dispose();
    if (y[0] !== 2) throw new Error(`the square root of 4 is ${y[0]}`);
  } catch (error) {
    const reason = messageOf(error).trim();
    throw new Error(
      `backend-onnxruntime: ${device} does not start here: "${reason}". ${fixes[device] ?? "Install its driver."} Or use "cpu".`,
      { cause: error },
    );
  }
}

function probe(): Uint8Array {
  const vector = { type: "float32", shape: [1] } as const;
  return serializeModel({
    nodes: [
      { name: "", op: "Cast", domain: "", inputs: ["zero"], outputs: [stopName], attributes: { to: 16 } },
      { name: "", op: "Sqrt", domain: "", inputs: ["x"], outputs: ["y"], attributes: {} },
    ],
    constants: [{ name: "zero", type: "float32", shape: [], bytes: new Uint8Array(4) }],
    inputs: [{ name: "x", ...vector }],
    outputs: [
      { name: stopName, type: "bfloat16", shape: [] },
      { name: "y", ...vector },
    ],
  });
}
