import { messageOf } from "@bertkit/checks";
import { Ort, type OrtModule } from "./ort-module.ts";

export interface OrtSource {
  /** The folder that serves onnxruntime-web's `ort-wasm-simd-threaded.mjs` and `.wasm`. */
  readonly path: string;
  readonly threads: number;
  /** The .wasm file, if it is already loaded. */
  readonly binary?: BufferSource;
}

type Instantiated = (instance: WebAssembly.Instance, module: WebAssembly.Module) => void;

interface ModuleArguments {
  readonly numThreads: number;
  instantiateWasm(imports: WebAssembly.Imports, done: Instantiated): object;
}

const name = "ort-wasm-simd-threaded";
/** Errors are thrown; nothing else needs to be printed. */
const fatal = 4;

/**
 * Loads onnxruntime-web's WebAssembly module without its JavaScript API, which only runs asynchronously. The file names
 * and the module's functions are internal, so the version is pinned in package.json.
 * @throws if the folder does not serve the files, or WebAssembly does not start
 */
export async function loadOrt({ path, threads, binary }: OrtSource): Promise<Ort> {
  const folder = folderUrl(path);
  const url = (ending: string): string => new URL(`${name}.${ending}`, folder).href;
  let memory: WebAssembly.Memory | undefined;
  try {
    const { default: create } = (await importServed(url("mjs"))) as {
      default: (given: ModuleArguments) => Promise<OrtModule>;
    };
    const module = await new Promise<OrtModule>((resolve, reject) => {
      const instantiateWasm = (imports: WebAssembly.Imports, done: Instantiated): object => {
        memory = memoryAmong(imports);
        instantiate(binary, url("wasm"), imports).then(({ instance, module: wasm }) => done(instance, wasm), reject);
        return {};
      };
      create({ numThreads: threads, instantiateWasm }).then(resolve, reject);
    });
    const ort = new Ort(module, memory!);
    ort.check(module._OrtInit(threads, fatal));
    return ort;
  } catch (error) {
    const reason = messageOf(error);
    throw new Error(
      `backend-onnxruntime: onnxruntime-web does not start from ${folder}: "${reason}". Serve ${name}.mjs and ${name}.wasm of onnxruntime-web 1.30.0 (its dist folder) there.`,
      { cause: error },
    );
  }
}

/** A module of onnxruntime-web, from where the page serves it. */
export function importServed(url: string): Promise<unknown> {
  return import(/* @vite-ignore */ /* webpackIgnore: true */ url);
}

/** The folder as a URL that ends with a slash. */
export function folderUrl(path: string): string {
  const base = typeof location === "undefined" ? import.meta.url : location.href;
  return new URL(path.endsWith("/") ? path : `${path}/`, base).href;
}

function memoryAmong(imports: WebAssembly.Imports): WebAssembly.Memory {
  for (const group of Object.values(imports))
    for (const value of Object.values(group)) if (value instanceof WebAssembly.Memory) return value;
  throw new Error("the module imports no memory");
}

async function instantiate(
  binary: BufferSource | undefined,
  url: string,
  imports: WebAssembly.Imports,
): Promise<WebAssembly.WebAssemblyInstantiatedSource> {
  if (binary !== undefined) return WebAssembly.instantiate(binary, imports);
  const response = await fetch(url);
  if (!response.ok) throw new Error(`${url}: ${response.status} ${response.statusText}`);
  const isWasm = response.headers.get("content-type")?.startsWith("application/wasm") === true;
  if (isWasm) return WebAssembly.instantiateStreaming(response, imports);
  return WebAssembly.instantiate(await response.arrayBuffer(), imports);
}

/** Threads that a page may use: one if it is not cross-origin isolated, or if the files come from another origin. */
export function availableThreads(path: string): number {
  const { crossOriginIsolated } = globalThis as { crossOriginIsolated?: boolean };
  if (crossOriginIsolated !== true || new URL(folderUrl(path)).origin !== location.origin) return 1;
  return Math.min(Math.max(1, navigator.hardwareConcurrency), maxThreads);
}

/** More do not help: two hardware threads share a core, and a page competes with other processes. */
const maxThreads = 4;
