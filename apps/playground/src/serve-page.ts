import { preview } from "vite";

import { pageFolder } from "./build-page.ts";
import { builtRoute } from "./built-route.ts";
import { modelsRoute } from "./models-route.ts";

export interface ServeOptions {
  /** What `buildPage` wrote. */
  built: string;
  /** Folder whose files the page reads under models/. */
  models: string;
  /** The next free one is taken; 0 leaves the choice to the system. */
  port: number;
}

export interface Served {
  address: string;
  close(): Promise<void>;
}

/** Serves the built page, and the models beside it, to this machine alone. */
export async function servePage({ built, models, port }: ServeOptions): Promise<Served> {
  const server = await preview({
    root: pageFolder,
    configFile: false,
    logLevel: "warn",
    plugins: [modelsRoute(models), builtRoute(built)],
    build: { outDir: built },
    preview: { host: "127.0.0.1", port },
  });
  return { address: server.resolvedUrls!.local[0]!, close: () => server.close() };
}
