import { mkdir, open, readFile, rename, rm, stat } from "node:fs/promises";
import { basename, dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { io } from "@tensorflow/tfjs-core";

const scheme = "file://";

/**
 * TensorFlow.js models in folders, as in tfjs-node: `model.save("file://folder")` writes model.json and weights.bin,
 * and `tf.loadLayersModel("file://folder/model.json")` reads them, also with weights in several files. Each file is
 * replaced atomically.
 */
export class FileSystem implements io.IOHandler {
  readonly #paths: readonly string[];

  /** @param paths a folder to save to; or model.json to load, or model.json and the file with its weights */
  constructor(paths: string | readonly string[]) {
    this.#paths = (typeof paths === "string" ? [paths] : paths).map((path) => resolve(path));
  }

  async save(artifacts: io.ModelArtifacts): Promise<io.SaveResult> {
    if (artifacts.modelTopology instanceof ArrayBuffer)
      throw new Error("file://: a model topology in binary form cannot be saved. Save it as JSON.");
    const [folder] = this.#paths as [string];
    const manifest = [{ paths: ["weights.bin"], weights: artifacts.weightSpecs ?? [] }];
    const { modelTopology, format, generatedBy, convertedBy } = artifacts;
    const { trainingConfig, signature, userDefinedMetadata, initializerSignature, modelInitializer } = artifacts;
    const described = { modelTopology, format, generatedBy, convertedBy, weightsManifest: manifest };
    // JSON omits undefined.
    const json = {
      ...described,
      trainingConfig,
      signature,
      userDefinedMetadata,
      initializerSignature,
      modelInitializer,
    };
    await mkdir(folder, { recursive: true });
    const weights = io.CompositeArrayBuffer.join(artifacts.weightData);
    await replace(join(folder, "weights.bin"), new Uint8Array(weights));
    await replace(join(folder, "model.json"), JSON.stringify(json));
    return { modelArtifactsInfo: io.getModelArtifactsInfoForJSON(artifacts) };
  }

  async load(): Promise<io.ModelArtifacts> {
    const [file, weights] = this.#paths as [string, string?];
    const found = await stat(file).catch(() => undefined);
    if (found === undefined) throw new Error(`file://: there is no ${file}. Give the path of a model.json.`);
    if (!found.isFile()) throw new Error(`file://: ${file} is not a file. Give the path of the model.json in it.`);
    return io.getModelArtifactsForJSON(parsed(file, await readFile(file, "utf8")), async (manifest) => {
      const files = weights
        ? [weights]
        : manifest.flatMap(({ paths }) => paths.map((path) => join(dirname(file), path)));
      const bytes = await Promise.all(files.map((path) => readFile(path)));
      return [io.getWeightSpecs(manifest), arrayOf(Buffer.concat(bytes))];
    });
  }
}

/**
 * Lets `tf.io` read and write URLs that begin with "file://", unless something else already does, such as tfjs-node.
 */
export function registerFileSystem(): void {
  const router = ((url: string | string[]): io.IOHandler | null => {
    const urls = typeof url === "string" ? [url] : url;
    return urls.every((one) => one.startsWith(scheme)) ? new FileSystem(urls.map(pathOf)) : null;
  }) as Parameters<typeof io.registerSaveRouter>[0];
  if (io.getSaveHandlers("file://x").length === 0) io.registerSaveRouter(router);
  if (io.getLoadHandlers("file://x").length === 0) io.registerLoadRouter(router);
}

/** "file:///folder" is a URL; "file://folder" and "file://./folder" are how tfjs-node writes a path. */
function pathOf(url: string): string {
  return url.startsWith("file:///") ? fileURLToPath(url) : url.slice(scheme.length);
}

function parsed(file: string, text: string): io.ModelJSON {
  try {
    const json = JSON.parse(text) as io.ModelJSON | null;
    if (typeof json === "object" && json !== null && json.modelTopology) return json;
  } catch (cause) {
    throw new Error(`file://: ${file} is not JSON. It may be truncated; save the model again.`, { cause });
  }
  throw new Error(`file://: ${file} has no modelTopology. Give the path of a model.json of TensorFlow.js.`);
}

function arrayOf({ buffer, byteOffset, byteLength }: Buffer): ArrayBuffer {
  return (buffer as ArrayBuffer).slice(byteOffset, byteOffset + byteLength);
}

async function replace(path: string, content: Uint8Array | string): Promise<void> {
  const temporary = join(dirname(path), `.${basename(path)}.${process.pid}.tmp`);
  try {
    const file = await open(temporary, "w");
    try {
      await file.writeFile(content);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(temporary, path);
  } finally {
    await rm(temporary, { force: true });
  }
}
