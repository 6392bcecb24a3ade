import { createReadStream } from "node:fs";
import { stat } from "node:fs/promises";
import type { IncomingMessage, ServerResponse } from "node:http";
import { join, resolve, sep } from "node:path";
import type { Plugin } from "vite";

const route = "/models/";

/** Serves a folder's files, read-only, under /models/; what is not there is a 404 and not the page. */
export function modelsRoute(folder: string): Plugin {
  const root = resolve(folder);
  return {
    name: "bertkit-models",
    configurePreviewServer(server) {
      server.middlewares.use((request, response, next) => {
        if (!request.url?.startsWith(route)) return next();
        send(root, request, response).catch(next);
      });
    },
  };
}

async function send(root: string, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const path = fileOf(root, request.url!);
  const size = path === undefined ? undefined : await sizeOf(path);
  if (path === undefined || size === undefined) {
    response.writeHead(404, { "Content-Type": "text/plain" }).end("no such file\n");
    return;
  }
  // A quickstart that runs again changes the files under the same names.
  response.writeHead(200, {
    "Content-Type": "application/octet-stream",
    "Content-Length": size,
    "Cache-Control": "no-cache",
  });
  if (request.method === "HEAD") response.end();
  else
    createReadStream(path)
      .on("error", () => response.destroy())
      .pipe(response);
}

/** The file that an address names, or undefined where it would lie outside the folder. */
function fileOf(root: string, url: string): string | undefined {
  try {
    const path = resolve(join(root, decodeURIComponent(url.slice(route.length).split("?")[0]!)));
    return path.startsWith(root + sep) ? path : undefined;
  } catch {
    return undefined;
  }
}

async function sizeOf(path: string): Promise<number | undefined> {
  const found = await stat(path).catch(() => undefined);
  return found?.isFile() ? found.size : undefined;
}
