import type { ElementType, Values } from "../record/types.ts";
import type { Session, Sessions, SessionTensor } from "../run/session.ts";
import { Heap } from "./heap.ts";
import type { Ort } from "./ort-module.ts";

/** ONNX's codes of element types. */
const elementTypes: Readonly<Record<ElementType, number>> = { float32: 1, uint8: 2, int32: 6, bool: 9 };
const basic = 1;
const sequential = 0;
const fatal = 4;
/** Location of a tensor's memory: the CPU. */
const cpu = 1;

/** Tensors passed to one run, and temporary memory for it. */
interface RunMemory {
  readonly tensors: number[];
  readonly allocated: number[];
  readonly after: (() => void)[];
}

/**
 * One compiled model in onnxruntime-web's WebAssembly module. Its own JavaScript, which is not loaded, is asynchronous.
 */
class WasmSession implements Session {
  readonly #ort: Ort;
  #session: number;

  constructor(ort: Ort, model: Uint8Array, keepsMemory: boolean) {
    const { module } = ort;
    this.#ort = ort;
    const options = module._OrtCreateSessionOptions(
      basic, // as in Node: higher levels fuse nodes that are slower fused
      keepsMemory,
      false,
      sequential,
      false,
      0,
      0,
      fatal,
      0,
      0,
    );
    if (options === 0) throw ort.lastError();
    const address = ort.allocate(model.byteLength);
    try {
      ort.bytes(address, model.byteLength).set(model);
      // As in Node: folding would keep every tensor of zeros in memory.
      const [key, value] = ["optimization.disable_specified_optimizers", "ConstantFolding"];
      ort.check(module._OrtAddSessionConfigEntry(options, ort.text(key), ort.text(value)));
      this.#session = module._OrtCreateSession(address, model.byteLength, options);
      if (this.#session === 0) throw ort.lastError();
    } finally {
      module._free(address);
      module._OrtReleaseSessionOptions(options);
    }
  }

  run(feeds: Record<string, SessionTensor>, fetches: Record<string, SessionTensor | null>): void {
    this.#run(feeds, Object.keys(fetches), fetches as Record<string, SessionTensor>, () => {});
  }

  runFree(feeds: Record<string, SessionTensor>, outputs: readonly string[]): Record<string, SessionTensor> {
    const results: Record<string, SessionTensor> = {};
    this.#run(feeds, outputs, undefined, (tensors) =>
      outputs.forEach((name, i) => (results[name] = this.#copied(tensors[i]!))),
    );
    return results;
  }

  endProfiling(): void {}

  dispose(): void {
    if (this.#session !== 0) this.#ort.module._OrtReleaseSession(this.#session);
    this.#session = 0;
  }

  #run(
    feeds: Record<string, SessionTensor>,
    outputs: readonly string[],
    fetches: Record<string, SessionTensor> | undefined,
    read: (tensors: readonly number[]) => void,
  ): void {
    const ort = this.#ort;
    const { module } = ort;
    const inputs = Object.keys(feeds);
    const memory: RunMemory = { tensors: [], allocated: [], after: [] };
    const table = ort.allocate(8 * (inputs.length + outputs.length));
    try {
      const given = inputs.map((name) => this.#tensor(feeds[name]!, memory, false));
      const wanted = outputs.map((name) => (fetches === undefined ? 0 : this.#tensor(fetches[name]!, memory, true)));
      const names = [...inputs, ...outputs].map((name) => ort.text(name));
      const pointers = new Uint32Array(ort.memory.buffer, table, 2 * names.length);
      pointers.set(names);
      pointers.set([...given, ...wanted], names.length);
      const [inputNames, outputNames] = [table, table + 4 * given.length];
      const [inputValues, outputValues] = [table + 4 * names.length, table + 4 * (names.length + given.length)];
      ort.check(
        module._OrtRun(
          this.#session,
          inputNames,
          inputValues,
          given.length,
          outputNames,
          wanted.length,
          outputValues,
          0,
        ),
      );
      if (fetches === undefined) {
        const made = wanted.map((_, i) => ort.pointer(outputValues + 4 * i));
        memory.tensors.push(...made);
        read(made);
      }
      for (const after of memory.after) after();
    } finally {
      for (const tensor of memory.tensors) module._OrtReleaseTensor(tensor);
      for (const address of memory.allocated) module._free(address);
      module._free(table);
    }
  }

  /** Arrays in the module's memory are passed without a copy; others are copied in, or out. */
  #tensor({ type, dims, data }: SessionTensor, { tensors, allocated, after }: RunMemory, isOutput: boolean): number {
    const ort = this.#ort;
    const values = data!;
    let address = values.byteOffset;
    if (!ort.owns(values)) {
      address = ort.allocate(values.byteLength);
      allocated.push(address);
      const bytes = new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
      if (isOutput) after.push(() => bytes.set(ort.bytes(address, bytes.length)));
      else ort.bytes(address, bytes.length).set(bytes);
    }
    const stack = ort.module.stackSave();
    const shape = ort.module.stackAlloc(4 * Math.max(dims.length, 1));
    new Uint32Array(ort.memory.buffer, shape, dims.length).set(dims);
    const tensor = ort.module._OrtCreateTensor(elementTypes[type], address, values.byteLength, shape, dims.length, cpu);
    ort.module.stackRestore(stack);
    if (tensor === 0) throw ort.lastError();
    tensors.push(tensor);
    return tensor;
  }

  /** A result of any shape, in new memory. */
  #copied(tensor: number): SessionTensor {
    const ort = this.#ort;
    const stack = ort.module.stackSave();
    try {
      const at = ort.module.stackAlloc(16);
      ort.check(ort.module._OrtGetTensorData(tensor, at, at + 4, at + 8, at + 12));
      const [element, data, shape, rank] = [0, 4, 8, 12].map((offset) => ort.pointer(at + offset)) as [
        number,
        number,
        number,
        number,
      ];
      const dims = [...new Uint32Array(ort.memory.buffer, shape, rank)];
      ort.module._OrtFree(shape);
      const type = (Object.keys(elementTypes) as ElementType[]).find((name) => elementTypes[name] === element)!;
      const size = dims.reduce((product, length) => product * length, 1);
      return { type, dims, location: "cpu", data: copyOf(ort, type, data, size) };
    } finally {
      ort.module.stackRestore(stack);
    }
  }
}

function copyOf({ memory: { buffer } }: Ort, type: ElementType, address: number, size: number): Values {
  if (type === "float32") return new Float32Array(buffer, address, size).slice();
  return type === "int32"
    ? new Int32Array(buffer, address, size).slice()
    : new Uint8Array(buffer, address, size).slice();
}

/** Sessions in a page, or wherever WebAssembly runs. */
export function wasmSessions(ort: Ort): Sessions & { readonly memory: Heap } {
  return {
    firstOutput: undefined,
    memory: new Heap(ort),
    open: (model, keepsMemory) => new WasmSession(ort, model, keepsMemory),
  };
}
