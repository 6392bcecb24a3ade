import type { Plugin } from "vite";

import { fileWithin } from "./file-within.ts";

/** Serves only files inside the built page's folder: Vite's own server follows links out of it. */
export function builtRoute(folder: string): Plugin {
  return {
    name: "bertkit-built",
    configurePreviewServer(server) {
      server.middlewares.use((request, response, next) => {
        void (async () => {
          if ((await fileWithin(folder, `/${request.url ?? ""}`)) !== undefined) return next();
          response.writeHead(404, { "Content-Type": "text/plain" }).end("no such file\n");
        })();
      });
    },
  };
}
