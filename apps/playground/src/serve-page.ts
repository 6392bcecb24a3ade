import { preview } from "vite";

import { pageFolder } from "./build-page.ts";
import { builtRoute } from "./built-route.ts";
import { modelsRoute } from "./models-route.ts";

export interface ServeOptions {
  /** The output folder of `buildPage`. */
  built: string;
  /** The folder served under models/. */
  models: string;
  /** If it is taken, the next free one is used; 0 lets the system choose. */
  port: number;
}

export interface Served {
  address: string;
  close(): Promise<void>;
}

/** Serves the built page and the models, only to this machine. */
export async function servePage({ built, models, port }: ServeOptions): Promise<Served> {
  const server = await preview({
    root: pageFolder,
    configFile: false,
    logLevel: "warn",
    plugins: [modelsRoute(models), builtRoute(built)],
    build: { outDir: built },
    preview: {
      host: "127.0.0.1",
      port,
      // Only a cross-origin isolated page may share memory between threads.
      headers: { "Cross-Origin-Opener-Policy": "same-origin", "Cross-Origin-Embedder-Policy": "require-corp" },
    },
  });
  return { address: server.resolvedUrls!.local[0]!, close: () => server.close() };
}
