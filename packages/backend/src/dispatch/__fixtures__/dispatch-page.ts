// The page of dispatch.browser.test.ts: invalid dispatches and a lost GPU, with `useBackend` or with TensorFlow.js alone.
import type { MathBackendWebGL } from "@tensorflow/tfjs-backend-webgl";
import { type WebGPUBackend } from "@tensorflow/tfjs-backend-webgpu";
import "@tensorflow/tfjs-backend-webgpu";
import * as tf from "@tensorflow/tfjs";
import { DispatchError, useBackend } from "../../index.ts";

export interface Outcome {
  /** What each attempt gave: its values, or its error. */
  readonly [attempt: string]: string;
}

declare global {
  interface Window {
    dispatchOn: (name: "webgl" | "webgpu", failure: string, stock: boolean) => Promise<Outcome>;
  }
}

type Program = Parameters<WebGPUBackend["runWebGPUProgram"]>[0];

const nine = Array.from({ length: 9 }, (_, i) => `X${i}`);

function program(names: string[], userCode: string): Program {
  return {
    variableNames: names,
    outputShape: [4],
    shaderKey: `test ${userCode}`,
    dispatchLayout: { x: [0] },
    dispatch: [1, 1, 1],
    workgroupSize: [64, 1, 1],
    size: true,
    getUserCode: () => userCode,
  } as unknown as Program;
}

/** Kernels that fail in several ways, called Broken. */
const kernels: Record<string, (x: tf.TensorInfo, backend: unknown) => tf.TensorInfo> = {
  shader: (x, backend) =>
    (backend as WebGPUBackend).runWebGPUProgram(program(["X"], "fn main(index : i32) { nonsense }"), [x], "float32"),
  unused: (x, backend) =>
    (backend as WebGPUBackend).runWebGPUProgram(
      program(["X"], "fn main(index : i32) { if (index < uniforms.size) { setOutputAtIndex(index, 1.0); } }"),
      [x],
      "float32",
    ),
  many: (x, backend) =>
    (backend as WebGPUBackend).runWebGPUProgram(
      program(
        nine,
        `fn main(index : i32) { if (index < uniforms.size) { setOutputAtIndex(index, ${nine.map((X) => `get${X}ByOutputIndex(index)`).join(" + ")}); } }`,
      ),
      nine.map(() => x),
      "float32",
    ),
  glsl: (x, backend) =>
    (backend as MathBackendWebGL).compileAndRun(
      { variableNames: ["X"], outputShape: [4], userCode: "void main() { nonsense; }" },
      [x],
    ),
  draw: (x, backend) => {
    const own = backend as MathBackendWebGL;
    own.gpgpu.gl.bindTexture(1, null); // an invalid call, as a faulty kernel would make
    return own.compileAndRun(
      { variableNames: ["X"], outputShape: [4], userCode: "void main() { setOutput(getX(getOutputCoords())); }" },
      [x],
    );
  },
};

function run(failure: string): tf.Tensor {
  if (failure === "binding") return tf.fill([40_000_000], 1);
  if (failure === "buffer") return tf.fill([70_000_000], 1);
  if (failure === "lost") return tf.add(tf.tensor1d([1, 2, 3, 4]), 1);
  return tf.engine().runKernel("Broken", { x: tf.tensor1d([1, 2, 3, 4]) });
}

/** @param limit milliseconds after which a read is taken to wait forever */
async function outcomeOf(work: () => Promise<ArrayLike<number>>, limit = 60_000): Promise<string> {
  const waited = new Promise<string>((resolve) => setTimeout(resolve, limit, "waits forever"));
  const done = work().then(
    (values) => `values ${[...Array.from(values).slice(0, 4)].join(", ")}`,
    (error: Error) => {
      const known = DispatchError.isInstance(error) ? ` [${error.kernels.join(", ")}]${error.lost ? " lost" : ""}` : "";
      return `${error.name}${known}: ${error.message}`;
    },
  );
  return Promise.race([done, waited]);
}

globalThis.window.dispatchOn = async (name, failure, stock) => {
  // Limits that every GPU has, as small GPUs do; TensorFlow.js asks for more.
  const { requestDevice } = GPUAdapter.prototype;
  GPUAdapter.prototype.requestDevice = function () {
    return requestDevice.call(this);
  };
  const start = async (): Promise<unknown> =>
    stock ? tf.setBackend(name) : useBackend(name, { engine: "tfjs" });
  tf.env().set("WEBGL_CPU_FORWARD", false);
  tf.env().set("WEBGPU_CPU_FORWARD", false);
  await start();
  const warm = await tf.mul(tf.tensor1d([1, 2, 3, 4]), 2).data();
  const outcome: Record<string, string> = { before: [...warm].join(", ") };
  if (failure === "lost") {
    const onGpu = run(failure);
    if (name === "webgpu") (tf.backend() as WebGPUBackend).device.destroy();
    else (tf.backend() as MathBackendWebGL).gpgpu.gl.getExtension("WEBGL_lose_context")!.loseContext();
    outcome["read"] = await outcomeOf(() => onGpu.data(), 5000);
    outcome["again"] = await outcomeOf(async () => run(failure).data(), 5000);
    await start();
    outcome["renewed"] = await outcomeOf(async () => run(failure).data(), 5000);
    onGpu.dispose();
    return outcome;
  }
  outcome["read"] = await outcomeOf(async () => {
    if (failure in kernels) {
      tf.registerKernel({
        kernelName: "Broken",
        backendName: name,
        kernelFunc: ({ inputs, backend }) => kernels[failure]!(inputs["x"] as tf.TensorInfo, backend),
      });
      await start(); // names the new kernel
    }
    return run(failure).data();
  });
  outcome["after"] = await outcomeOf(() => tf.mul(tf.tensor1d([1, 2, 3, 4]), 3).data());
  return outcome;
};
