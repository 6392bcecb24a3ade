import { env, type TensorInfo } from "@tensorflow/tfjs-core";
import { sizeOf, type WebgpuBackend } from "./webgpu-backend.ts";

/** Enough to fill a large GPU. Each invocation loops over the rest, so no size exceeds the limit of 65,535 workgroups. */
const maxInvocations = 2 ** 18;

export interface ProgramParts {
  /** Name of its pipeline and in profiles. */
  readonly name: string;
  /** Names of the tensors that it writes, with their element types. */
  readonly outputs: Readonly<Record<string, "f32" | "i32">>;
  readonly inputs: Readonly<Record<string, "f32" | "i32" | "u32">>;
  /** Fields of `numbers` with their types. */
  readonly numbers: Readonly<Record<string, "f32" | "u32">>;
  /** Invocations of a workgroup. */
  readonly groupSize: number;
  /** WGSL of functions. */
  readonly functions?: string;
  /**
   * WGSL of the body of `main`. It has `group` and `groups`, the number of this workgroup and of all; `local`, the
   * number of the invocation in its workgroup, and `first`, its number in all.
   */
  readonly body: string;
}

/**
 * A compute shader with any number of outputs, in the backend's own queue. TensorFlow.js's `runWebGPUProgram` declares
 * every tensor but one as input, and adds shapes to the shader, so that it compiles another one for each rank.
 */
export class WebgpuProgram {
  readonly #parts: ProgramParts;
  readonly #key: string;

  constructor(parts: ProgramParts) {
    this.#parts = parts;
    this.#key = `bertkit ${parts.name} ${parts.groupSize}`;
  }

  /**
   * Records one dispatch.
   * @param tensors by the names of outputs and inputs; outputs have at least one element
   * @param groups wanted workgroups; the shader may get fewer, and must loop
   */
  run(
    backend: WebgpuBackend,
    tensors: Readonly<Record<string, TensorInfo>>,
    numbers: Readonly<Record<string, number>>,
    groups: number,
  ): void {
    const { name, outputs, inputs, groupSize } = this.#parts;
    const bound = [...Object.keys(outputs), ...Object.keys(inputs)].map((key) => {
      const { dataId, dtype } = tensors[key]!;
      backend.uploadToGPU(dataId);
      return { dataId, dtype, shape: [sizeOf(tensors[key]!)] };
    });
    const pipeline = (backend.pipelineCache[this.#key] ??= this.#compiled(backend.device));
    if (env().getBool("WEBGPU_ENGINE_COMPILE_ONLY")) return;
    const program = {
      constructor: { name },
      pipeline,
      dispatch: [Math.min(groups, maxInvocations / groupSize), 1, 1],
      pixelsOpType: 0, // so that the uniform has one word, not the shapes of all tensors, before `numbers`
    };
    const words = Object.entries(this.#parts.numbers).map(([key, type]) => ({
      type: type === "f32" ? "float32" : "uint32",
      data: [numbers[key]!],
    }));
    backend.recordAndSubmit(program, bound[0]!, bound.slice(1), words);
  }

  #compiled(device: GPUDevice): GPUComputePipeline {
    const { name, outputs, inputs, numbers, groupSize, functions = "", body } = this.#parts;
    const bindings = [
      ...Object.entries(outputs).map(([key, type]) => `var<storage, read_write> ${key}: array<${type}>;`),
      ...Object.entries(inputs).map(([key, type]) => `var<storage, read> ${key}: array<${type}>;`),
      "var<uniform> numbers: Numbers;",
    ];
    const fields = ["unused: i32", ...Object.entries(numbers).map(([key, type]) => `${key}: ${type}`)];
    const code = `
struct Numbers { ${fields.join(", ")} }
${bindings.map((binding, i) => `@group(0) @binding(${i}) ${binding}`).join("\n")}
${functions}
@compute @workgroup_size(${groupSize})
fn main(
  @builtin(workgroup_id) groupId: vec3u,
  @builtin(num_workgroups) groupCounts: vec3u,
  @builtin(local_invocation_index) local: u32,
) {
  let group = groupId.x;
  let groups = groupCounts.x;
  let first = group * ${groupSize}u + local;
${body}
}`;
    const module = device.createShaderModule({ code, label: name });
    return device.createComputePipeline({ label: name, layout: "auto", compute: { module, entryPoint: "main" } });
  }
}

const elementGroup = 256;

/**
 * A program that computes each element by itself.
 * @param element WGSL for element `i`
 */
export class ElementProgram {
  readonly #program: WebgpuProgram;

  constructor(parts: Omit<ProgramParts, "groupSize" | "body"> & { readonly element: string }) {
    const { element, ...rest } = parts;
    this.#program = new WebgpuProgram({
      ...rest,
      numbers: { ...parts.numbers, size: "u32" },
      groupSize: elementGroup,
      body: `for (var i = first; i < numbers.size; i += groups * ${elementGroup}u) { ${element} }`,
    });
  }

  run(
    backend: WebgpuBackend,
    tensors: Readonly<Record<string, TensorInfo>>,
    numbers: Readonly<Record<string, number>>,
    size: number,
  ): void {
    if (size > 0) this.#program.run(backend, tensors, { ...numbers, size }, Math.ceil(size / elementGroup));
  }
}
