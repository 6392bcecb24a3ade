import { dropoutDraw } from "@bertkit/shaders";
import { WordShader } from "./word-shader.ts";

/** `fillMask` for the GPU: the same random draws, four bytes to a word. */
const code = `${dropoutDraw}

fn kept(half: u32) -> u32 { return select(0u, 1u, half >= numbers.first); }

fn word(i: u32) {
  let a = draw(numbers.second, 2u * i);
  let b = draw(numbers.second, 2u * i + 1u);
  mask[i] = kept(a & 0xffffu) | (kept(a >> 16u) << 8u) | (kept(b & 0xffffu) << 16u) | (kept(b >> 16u) << 24u);
}`;

export class DropoutShader {
  readonly #shader: WordShader;

  constructor(device: GPUDevice) {
    this.#shader = new WordShader(device, ["var<storage, read_write> mask: array<u32>"], code);
  }

  fill(buffer: GPUBuffer, size: number, threshold: number, seed: number): void {
    this.#shader.run([buffer], Math.ceil(size / 4), [threshold, seed >>> 0]);
  }
}
