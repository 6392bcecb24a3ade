/** `fillMask` for the GPU: the same random draws, four bytes to a word. */
const code = `
struct Numbers { words: u32, threshold: u32, seed: u32, stride: u32 }
@group(0) @binding(0) var<storage, read_write> mask: array<u32>;
@group(0) @binding(1) var<uniform> numbers: Numbers;

fn draw(k: u32) -> u32 {
  var z = numbers.seed + (k + 1u) * 0x9e3779b9u;
  z = (z ^ (z >> 16u)) * 0x21f0aaadu;
  z = (z ^ (z >> 15u)) * 0x735a2d97u;
  return z ^ (z >> 15u);
}

fn kept(half: u32) -> u32 { return select(0u, 1u, half >= numbers.threshold); }

@compute @workgroup_size(256)
fn main(@builtin(global_invocation_id) id: vec3u) {
  for (var i = id.x; i < numbers.words; i += numbers.stride) {
    let a = draw(2u * i);
    let b = draw(2u * i + 1u);
    mask[i] = kept(a & 0xffffu) | (kept(a >> 16u) << 8u) | (kept(b & 0xffffu) << 16u) | (kept(b >> 16u) << 24u);
  }
}`;

const maxGroups = 1024;

export class DropoutShader {
  readonly #device: GPUDevice;
  #pipeline: GPUComputePipeline | undefined;

  constructor(device: GPUDevice) {
    this.#device = device;
  }

  fill(buffer: GPUBuffer, size: number, threshold: number, seed: number): void {
    const device = this.#device;
    this.#pipeline ??= device.createComputePipeline({
      layout: "auto",
      compute: { module: device.createShaderModule({ code }), entryPoint: "main" },
    });
    const words = Math.ceil(size / 4);
    const groups = Math.min(maxGroups, Math.ceil(words / 256));
    const numbers = device.createBuffer({ size: 16, usage: GPUBufferUsage.UNIFORM | GPUBufferUsage.COPY_DST });
    device.queue.writeBuffer(numbers, 0, Uint32Array.of(words, threshold, seed >>> 0, groups * 256));
    const group = device.createBindGroup({
      layout: this.#pipeline.getBindGroupLayout(0),
      entries: [
        { binding: 0, resource: { buffer } },
        { binding: 1, resource: { buffer: numbers } },
      ],
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
