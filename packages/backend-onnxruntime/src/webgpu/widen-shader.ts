import { WordShader } from "./word-shader.ts";

const bindings = ["var<storage, read> narrow: array<u32>", "var<storage, read_write> wide: array<f32>"];

/** Two float16 numbers of a word, as float32. `unpack2x16float` needs no feature of the device. */
const code = `
fn word(i: u32) {
  let pair = unpack2x16float(narrow[i]);
  wide[2u * i] = pair.x;
  wide[2u * i + 1u] = pair.y;
}`;

/** Converts float16 to float32 on the GPU. */
export class WidenShader {
  readonly #shader: WordShader;

  constructor(device: GPUDevice) {
    this.#shader = new WordShader(device, bindings, code);
  }

  /** The buffers are whole words of 16 bytes, so an odd last number has space for its neighbor. */
  widen(from: GPUBuffer, to: GPUBuffer, size: number): void {
    this.#shader.run([from, to], Math.ceil(size / 2));
  }
}
