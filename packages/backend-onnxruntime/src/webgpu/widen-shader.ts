/** Two float16 numbers of a word, as float32. `unpack2x16float` needs no feature of the device. */
const code = `
struct Numbers { words: u32, stride: u32 }
@group(0) @binding(0) var<storage, read> narrow: array<u32>;
@group(0) @binding(1) var<storage, read_write> wide: array<f32>;
@group(0) @binding(2) var<uniform> numbers: Numbers;

@compute @workgroup_size(256)
fn main(@builtin(global_invocation_id) id: vec3u) {
  for (var i = id.x; i < numbers.words; i += numbers.stride) {
    let pair = unpack2x16float(narrow[i]);
    wide[2u * i] = pair.x;
    wide[2u * i + 1u] = pair.y;
  }
}`;

const maxGroups = 1024;

/** Converts float16 to float32 on the GPU. */
export class WidenShader {
  readonly #device: GPUDevice;
  #pipeline: GPUComputePipeline | undefined;

  constructor(device: GPUDevice) {
    this.#device = device;
  }

  /** The buffers are whole words of 16 bytes, so an odd last number has space for its neighbor. */
  widen(from: GPUBuffer, to: GPUBuffer, size: number): void {
    const device = this.#device;
    this.#pipeline ??= device.createComputePipeline({
      layout: "auto",
      compute: { module: device.createShaderModule({ code }), entryPoint: "main" },
    });
    const words = Math.ceil(size / 2);
    const groups = Math.min(maxGroups, Math.ceil(words / 256));
    const numbers = device.createBuffer({ size: 16, usage: GPUBufferUsage.UNIFORM | GPUBufferUsage.COPY_DST });
    device.queue.writeBuffer(numbers, 0, Uint32Array.of(words, groups * 256, 0, 0));
    const group = device.createBindGroup({
      layout: this.#pipeline.getBindGroupLayout(0),
      entries: [from, to, numbers].map((buffer, binding) => ({ binding, resource: { buffer } })),
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
