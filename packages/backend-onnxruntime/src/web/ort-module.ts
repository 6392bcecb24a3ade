/** The part of onnxruntime-web's WebAssembly module that sessions call; its own types are internal. Pointers are numbers. */
export interface OrtModule {
  _malloc(bytes: number): number;
  _free(address: number): void;
  stackSave(): number;
  stackRestore(stack: number): void;
  stackAlloc(bytes: number): number;
  UTF8ToString(address: number): string;
  lengthBytesUTF8(text: string): number;
  stringToUTF8(text: string, address: number, bytes: number): void;
  _OrtInit(threads: number, logLevel: number): number;
  _OrtGetLastError(code: number, message: number): number;
  _OrtCreateSessionOptions(
    optimizationLevel: number,
    arena: boolean,
    memoryPattern: boolean,
    executionMode: number,
    profiling: boolean,
    profilePrefix: number,
    logId: number,
    logLevel: number,
    logVerbosity: number,
    optimizedModelPath: number,
  ): number;
  _OrtAddSessionConfigEntry(options: number, key: number, value: number): number;
  _OrtReleaseSessionOptions(options: number): number;
  _OrtCreateSession(model: number, bytes: number, options: number): number;
  _OrtReleaseSession(session: number): number;
  _OrtCreateTensor(type: number, data: number, bytes: number, dims: number, rank: number, location: number): number;
  _OrtGetTensorData(tensor: number, type: number, data: number, dims: number, rank: number): number;
  _OrtReleaseTensor(tensor: number): number;
  _OrtFree(address: number): number;
  _OrtRun(
    session: number,
    inputNames: number,
    inputs: number,
    inputCount: number,
    outputNames: number,
    outputCount: number,
    outputs: number,
    options: number,
  ): number;
}

const largest = 2 ** 32;

/** The module, its memory, and the strings passed to it. */
export class Ort {
  readonly module: OrtModule;
  readonly memory: WebAssembly.Memory;
  readonly #texts: Map<string, number> = new Map();

  constructor(module: OrtModule, memory: WebAssembly.Memory) {
    this.module = module;
    this.memory = memory;
  }

  /** Whether the array is in the module's memory. The buffer stays the same when the memory grows. */
  owns({ buffer }: ArrayBufferView): boolean {
    const current: ArrayBufferLike = this.memory.buffer;
    if (buffer === current) return true;
    return !(buffer instanceof ArrayBuffer) && this.#former.has(buffer);
  }

  readonly #former: WeakSet<ArrayBufferLike> = new WeakSet();

  /** @throws if the memory, at most 4 GiB, is full */
  allocate(bytes: number): number {
    this.#former.add(this.memory.buffer);
    const address = bytes < largest ? this.module._malloc(Math.max(bytes, 16)) : 0;
    if (address === 0)
      throw new Error(
        `WebAssembly's memory is full: ${bytes} bytes do not fit beside the ${this.memory.buffer.byteLength} that it has`,
      );
    this.#former.add(this.memory.buffer);
    return address;
  }

  bytes(address: number, length: number): Uint8Array {
    return new Uint8Array(this.memory.buffer, address, length);
  }

  pointer(address: number): number {
    return new DataView(this.memory.buffer).getUint32(address, true);
  }

  /** The address of a string, which is kept. */
  text(text: string): number {
    let address = this.#texts.get(text);
    if (address === undefined) {
      const bytes = this.module.lengthBytesUTF8(text) + 1;
      address = this.allocate(bytes);
      this.module.stringToUTF8(text, address, bytes);
      this.#texts.set(text, address);
    }
    return address;
  }

  /** @throws ONNX Runtime's last error if the code is an error */
  check(code: number): void {
    if (code !== 0) throw this.lastError();
  }

  lastError(): Error {
    const { module } = this;
    const stack = module.stackSave();
    try {
      const at = module.stackAlloc(8);
      module._OrtGetLastError(at, at + 4);
      const message = this.pointer(at + 4);
      return new Error(message === 0 ? "ONNX Runtime gives no reason" : module.UTF8ToString(message));
    } finally {
      module.stackRestore(stack);
    }
  }
}
