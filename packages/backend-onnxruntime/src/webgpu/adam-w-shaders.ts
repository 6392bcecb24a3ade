import { adamWNumbers, adamWShader, reduceInWorkgroup } from "@bertkit/shaders";
import type { RemoteAdamW } from "../record/storage.ts";

const groupSize = 256;
const maxGroups = 1024;
/** Maximum workgroups that sum the squares of one gradient. */
const maxPartials = 64;

const total = reduceInWorkgroup(groupSize, "total");

const structs = `
struct Numbers {
  beta1: f32, rest1: f32, beta2: f32, rest2: f32,
  rate: f32, rootScale: f32, epsilon: f32, learningRate: f32,
  clipNorm: f32, partials: u32, unused0: u32, unused1: u32,
}
struct Parameter { size: u32, firstPartial: u32, stride: u32, weightDecay: f32 }`;

/** Sums of squares: each workgroup sums its part of a gradient. */
const squaresCode = `${structs}
${total}
@group(0) @binding(0) var<storage, read> gradient: array<f32>;
@group(0) @binding(1) var<storage, read_write> partials: array<f32>;
@group(0) @binding(2) var<uniform> parameter: Parameter;
@compute @workgroup_size(${groupSize})
fn main(@builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) groups: vec3u, @builtin(local_invocation_index) local: u32) {
  var own = 0.0;
  for (var i = group.x * ${groupSize}u + local; i < parameter.size; i += groups.x * ${groupSize}u) { own += gradient[i] * gradient[i]; }
  let sum = total(own, local);
  if (local == 0u) { partials[parameter.firstPartial + group.x] = sum; }
}`;

/** The factor that clips the gradients to the global norm. */
const scaleCode = `${structs}
${total}
${adamWShader}
@group(0) @binding(0) var<storage, read> partials: array<f32>;
@group(0) @binding(1) var<storage, read_write> scale: array<f32>;
@group(0) @binding(2) var<uniform> numbers: Numbers;
@compute @workgroup_size(${groupSize})
fn main(@builtin(local_invocation_index) local: u32) {
  var own = 0.0;
  for (var i = local; i < numbers.partials; i += ${groupSize}u) { own += partials[i]; }
  let norm = sqrt(total(own, local));
  if (local == 0u) { scale[0] = clipScale(norm); }
}`;

const updateCode = `${structs}
${adamWShader}
@group(0) @binding(0) var<storage, read_write> values: array<f32>;
@group(0) @binding(1) var<storage, read_write> firstMoments: array<f32>;
@group(0) @binding(2) var<storage, read_write> secondMoments: array<f32>;
@group(0) @binding(3) var<storage, read> gradient: array<f32>;
@group(0) @binding(4) var<storage, read> scale: array<f32>;
@group(0) @binding(5) var<uniform> numbers: Numbers;
@group(0) @binding(6) var<uniform> parameter: Parameter;
@compute @workgroup_size(${groupSize})
fn main(@builtin(global_invocation_id) id: vec3u) {
  for (var i = id.x; i < parameter.size; i += parameter.stride) {
    let next = adamW(values[i], firstMoments[i], secondMoments[i], gradient[i] * scale[0], parameter.weightDecay);
    values[i] = next.x;
    firstMoments[i] = next.y;
    secondMoments[i] = next.z;
  }
}`;

export interface BoundParameter {
  readonly size: number;
  readonly weightDecay: number;
  /** Values, first and second moments, gradient. */
  readonly buffers: readonly GPUBuffer[];
}

/** AdamW with clipping on the GPU, in one command buffer: the norm of all gradients, then every parameter in place. */
export class AdamWShaders {
  readonly #device: GPUDevice;
  readonly #uploaded: (bytes: number) => void;
  #pipelines: Record<"squares" | "scale" | "update", GPUComputePipeline> | undefined;
  #numbers: GPUBuffer | undefined;
  #scale: GPUBuffer | undefined;
  #partials: GPUBuffer | undefined;
  /** Sizes and decays of the parameters in the last update; usually the same in the next one. */
  #layout = "";
  #parameters: GPUBuffer | undefined;

  constructor(device: GPUDevice, uploaded: (bytes: number) => void) {
    this.#device = device;
    this.#uploaded = uploaded;
  }

  update(parameters: readonly BoundParameter[], numbers: RemoteAdamW): void {
    const device = this.#device;
    const { squares, scale, update } = (this.#pipelines ??= this.#compiled());
    const clips = numbers.clipNorm !== Infinity;
    const groupsOf = (size: number, max: number): number => Math.min(max, Math.ceil(size / groupSize));
    const partials = this.#prepare(
      parameters,
      (size) => groupsOf(size, maxPartials),
      (size) => groupsOf(size, maxGroups),
    );
    this.#write(numbers, partials);
    const stride = device.limits.minUniformBufferOffsetAlignment;
    const bind = (pipeline: GPUComputePipeline, resources: readonly (GPUBuffer | GPUBufferBinding)[]): GPUBindGroup =>
      device.createBindGroup({
        layout: pipeline.getBindGroupLayout(0),
        entries: resources.map((resource, binding) => ({
          binding,
          resource: "buffer" in resource ? resource : { buffer: resource },
        })),
      });
    const parameterAt = (i: number): GPUBufferBinding => ({ buffer: this.#parameters!, offset: i * stride, size: 16 });
    const encoder = device.createCommandEncoder();
    const pass = encoder.beginComputePass();
    const dispatch = (pipeline: GPUComputePipeline, group: GPUBindGroup, groups: number): void => {
      pass.setPipeline(pipeline);
      pass.setBindGroup(0, group);
      pass.dispatchWorkgroups(groups);
    };
    if (clips) {
      parameters.forEach(({ size, buffers }, i) =>
        dispatch(squares, bind(squares, [buffers[3]!, this.#partials!, parameterAt(i)]), groupsOf(size, maxPartials)),
      );
      dispatch(scale, bind(scale, [this.#partials!, this.#scale!, this.#numbers!]), 1);
    }
    parameters.forEach(({ size, buffers }, i) =>
      dispatch(
        update,
        bind(update, [...buffers, this.#scale!, this.#numbers!, parameterAt(i)]),
        groupsOf(size, maxGroups),
      ),
    );
    pass.end();
    device.queue.submit([encoder.finish()]);
  }

  #compiled(): Record<"squares" | "scale" | "update", GPUComputePipeline> {
    const device = this.#device;
    const compiled = (code: string): GPUComputePipeline =>
      device.createComputePipeline({
        layout: "auto",
        compute: { module: device.createShaderModule({ code }), entryPoint: "main" },
      });
    return { squares: compiled(squaresCode), scale: compiled(scaleCode), update: compiled(updateCode) };
  }

  /** Returns the number of partial sums. */
  #prepare(
    parameters: readonly BoundParameter[],
    partialsOf: (size: number) => number,
    groupsOf: (size: number) => number,
  ): number {
    const device = this.#device;
    const partials = parameters.reduce((sum, { size }) => sum + partialsOf(size), 0);
    const layout = parameters.map(({ size, weightDecay }) => `${size} ${weightDecay}`).join();
    if (layout === this.#layout) return partials;
    this.#parameters?.destroy();
    this.#partials?.destroy();
    const stride = device.limits.minUniformBufferOffsetAlignment;
    const bytes = new ArrayBuffer(parameters.length * stride);
    let firstPartial = 0;
    parameters.forEach(({ size, weightDecay }, i) => {
      const view = new DataView(bytes, i * stride, 16);
      view.setUint32(0, size, true);
      view.setUint32(4, firstPartial, true);
      view.setUint32(8, groupsOf(size) * groupSize, true);
      view.setFloat32(12, weightDecay, true);
      firstPartial += partialsOf(size);
    });
    this.#parameters = device.createBuffer({
      size: bytes.byteLength,
      usage: GPUBufferUsage.UNIFORM | GPUBufferUsage.COPY_DST,
    });
    this.#partials = device.createBuffer({ size: Math.max(4, partials * 4), usage: GPUBufferUsage.STORAGE });
    device.queue.writeBuffer(this.#parameters, 0, bytes);
    this.#uploaded(bytes.byteLength);
    this.#layout = layout;
    return partials;
  }

  #write(numbers: RemoteAdamW, partials: number): void {
    const device = this.#device;
    this.#numbers ??= device.createBuffer({ size: 48, usage: GPUBufferUsage.UNIFORM | GPUBufferUsage.COPY_DST });
    this.#scale ??= device.createBuffer({ size: 4, usage: GPUBufferUsage.STORAGE | GPUBufferUsage.COPY_DST });
    const bytes = new ArrayBuffer(48);
    new Float32Array(bytes).set(Object.values(adamWNumbers(numbers)));
    if (numbers.clipNorm === Infinity) device.queue.writeBuffer(this.#scale, 0, Float32Array.of(1));
    new Uint32Array(bytes, 36, 1)[0] = partials;
    device.queue.writeBuffer(this.#numbers, 0, bytes);
    this.#uploaded(48);
  }
}
