import { constants } from "node:fs";
import { type FileHandle, open } from "node:fs/promises";
import type { IncomingMessage, ServerResponse } from "node:http";
import { pipeline } from "node:stream/promises";
import type { Plugin } from "vite";

import { fileWithin } from "./file-within.ts";

const route = "/models/";

/**
 * Serves the files of a folder, read-only, under /models/. A file that does not exist, or is outside the folder through
 * a link, is a 404, not the page.
 */
export function modelsRoute(folder: string): Plugin {
  return {
    name: "bertkit-models",
    configurePreviewServer(server) {
      server.middlewares.use((request, response, next) => {
        if (!request.url?.startsWith(route)) return next();
        send(folder, request, response).catch(() => response.destroy());
      });
    },
  };
}

async function send(folder: string, request: IncomingMessage, response: ServerResponse): Promise<void> {
  if (request.method !== "GET" && request.method !== "HEAD") {
    response.writeHead(405, { Allow: "GET, HEAD" }).end();
    return;
  }
  const path = await fileWithin(folder, request.url!.slice(route.length));
  const file = path === undefined ? undefined : await openFile(path);
  if (file === undefined) {
    response.writeHead(404, { "Content-Type": "text/plain" }).end("no such file\n");
    return;
  }
  try {
    const { size } = await file.stat();
    // Another run of the quickstart overwrites the files.
    response.writeHead(200, {
      "Content-Type": "application/octet-stream",
      "X-Content-Type-Options": "nosniff",
      "Content-Length": size,
      "Cache-Control": "no-cache",
    });
    if (request.method === "HEAD" || size === 0) response.end();
    else await pipeline(file.createReadStream({ autoClose: false, end: size - 1 }), response);
  } finally {
    await file.close();
  }
}

/** Opens a regular file without following a link created meanwhile; undefined if it does not exist. */
async function openFile(path: string): Promise<FileHandle | undefined> {
  const flags = constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0);
  const file = await open(path, flags).catch((error: NodeJS.ErrnoException) => {
    if (["ENOENT", "ENOTDIR", "ELOOP"].includes(error.code ?? "")) return undefined;
    throw error; // not a 404, because the file exists
  });
  if (file === undefined || (await file.stat()).isFile()) return file;
  await file.close();
  return undefined;
}
