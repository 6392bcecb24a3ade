import { fileURLToPath } from "node:url";
import { build, type Rolldown } from "vite";

/** The folder of the page's sources. */
export const pageFolder: string = fileURLToPath(new URL("./page/", import.meta.url));

/** Bundles the page into a folder, which is emptied first. Returns the paths of the bundled modules. */
export async function buildPage(folder: string): Promise<string[]> {
  const output = await build({
    root: pageFolder,
    base: "./",
    configFile: false,
    logLevel: "warn",
    // TensorFlow.js is one large chunk.
    build: { outDir: folder, emptyOutDir: true, target: "es2022", chunkSizeWarningLimit: 10_000 },
  });
  const chunks = (output as Rolldown.RolldownOutput).output.filter((file) => file.type === "chunk");
  return chunks.flatMap(({ moduleIds }) => moduleIds);
}
