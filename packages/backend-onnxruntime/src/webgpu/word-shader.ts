const groupSize = 256;
const maxGroups = 1024;

/**
 * A shader that loops over the words of a buffer. Its code has a function `word(i: u32)`; `settings` are in
 * `numbers.first` and `numbers.second`.
 */
export class WordShader {
  readonly #device: GPUDevice;
  readonly #code: string;
  #pipeline: GPUComputePipeline | undefined;

  /** @param bindings declarations of the buffers, from binding 0 of group 0 on */
  constructor(device: GPUDevice, bindings: readonly string[], code: string) {
    this.#device = device;
    this.#code = `
struct Numbers { words: u32, stride: u32, first: u32, second: u32 }
${bindings.map((binding, i) => `@group(0) @binding(${i}) ${binding};`).join("\n")}
@group(0) @binding(${bindings.length}) var<uniform> numbers: Numbers;
${code}
@compute @workgroup_size(${groupSize})
fn main(@builtin(global_invocation_id) id: vec3u) {
  for (var i = id.x; i < numbers.words; i += numbers.stride) { word(i); }
}`;
  }

  run(buffers: readonly GPUBuffer[], words: number, settings: readonly [number, number] = [0, 0]): void {
    const device = this.#device;
    this.#pipeline ??= device.createComputePipeline({
      layout: "auto",
      compute: { module: device.createShaderModule({ code: this.#code }), entryPoint: "main" },
    });
    const groups = Math.min(maxGroups, Math.ceil(words / groupSize));
    const numbers = device.createBuffer({ size: 16, usage: GPUBufferUsage.UNIFORM | GPUBufferUsage.COPY_DST });
    device.queue.writeBuffer(numbers, 0, Uint32Array.of(words, groups * groupSize, ...settings));
    const group = device.createBindGroup({
      layout: this.#pipeline.getBindGroupLayout(0),
      entries: [...buffers, numbers].map((buffer, binding) => ({ binding, resource: { buffer } })),
    });
    const encoder = device.createCommandEncoder();
    const pass = encoder.beginComputePass();
    pass.setPipeline(this.#pipeline);
    pass.setBindGroup(0, group);
    pass.dispatchWorkgroups(groups);
    pass.end();
    device.queue.submit([encoder.finish()]);
    numbers.destroy(); // takes effect after the submitted work
  }
}
