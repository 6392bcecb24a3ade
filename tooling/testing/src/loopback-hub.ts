import { createHash } from "node:crypto";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

type Files = Readonly<Record<string, Uint8Array>>;

export interface LoopbackHub {
  readonly endpoint: string;
  /** "METHOD path range", in order. */
  readonly requests: string[];
  /** The next weight downloads each break off after this many bytes, once the client has received them. */
  readonly cuts: number[];
  /** Bytes that the client has received; to be set by its `onProgress`. */
  received: number;
  /** Bytes to send instead of a file's content. */
  readonly damage: Map<string, Uint8Array>;
  /** May answer a request itself, as a failing server would, and return true. */
  interfere: ((request: IncomingMessage, response: ServerResponse) => boolean) | undefined;
  /** Stops accepting connections. */
  close(): Promise<void>;
}

export interface LoopbackHubOptions {
  /** Files of an older commit, which the tag "v1" names. */
  v1?: Files;
  /** Answer only 404 if something is missing, as plain mirrors do. */
  plain?: boolean;
}

/** The commits of "main" and of "v1". */
export const hubCommit = "0123456789abcdef0123456789abcdef01234567";
export const olderHubCommit = "89abcdef0123456789abcdef0123456789abcdef";

const exposed = "X-Repo-Commit, X-Error-Code, ETag, Content-Length, Content-Range, X-Linked-Size, X-Linked-ETag";

/** A hub on loopback with one repository, "owner/tiny", and the responses and headers of the real one. */
export async function loopbackHub(files: Files, { v1, plain = false }: LoopbackHubOptions = {}): Promise<LoopbackHub> {
  const requests: string[] = [];
  const cuts: number[] = [];
  const damage = new Map<string, Uint8Array>();
  const commits = new Map([[hubCommit, files], ...(v1 ? [[olderHubCommit, v1] as const] : [])]);
  const server = createServer((request, response) => {
    requests.push(`${request.method} ${request.url} ${request.headers.range ?? ""}`.trimEnd());
    if (hub.interfere?.(request, response)) return;
    response.setHeader("access-control-allow-origin", "*");
    response.setHeader("access-control-allow-headers", "authorization, range");
    response.setHeader("access-control-expose-headers", exposed);
    if (request.method === "OPTIONS") return void response.writeHead(204).end();
    const missing = (code: string, status = 404): void =>
      void response.writeHead(plain ? 404 : status, plain ? {} : { "x-error-code": code }).end();
    const [, blobCommit, blob] = /^\/blobs\/(\w+)\/(.+)$/.exec(request.url!) ?? [];
    if (blobCommit !== undefined) return send(request, response, commits.get(blobCommit)![blob!]!, blob!);
    const [, revision, name] = /^\/owner\/tiny\/resolve\/([^/]+)\/(.+)$/.exec(request.url!) ?? [];
    if (revision === undefined) return missing("RepoNotFound", 401);
    const commit = revision === "main" ? hubCommit : revision === "v1" ? olderHubCommit : revision;
    const bytes = commits.get(commit)?.[name!];
    if (!commits.has(commit)) return missing("RevisionNotFound");
    if (!plain || bytes !== undefined) response.setHeader("x-repo-commit", commit);
    if (bytes === undefined) return missing("EntryNotFound");
    if (!name!.endsWith(".safetensors")) {
      const sha1 = createHash("sha1").update(`blob ${bytes.length}\0`).update(bytes).digest("hex");
      response.setHeader("etag", `"${sha1}"`);
      return send(request, response, bytes, name!);
    }
    const sha256 = createHash("sha256").update(bytes).digest("hex");
    const location = `/blobs/${commit}/${name}`;
    response.writeHead(302, { "x-linked-etag": `"${sha256}"`, "x-linked-size": bytes.length, location }).end();
  });

  function send({ method, headers }: IncomingMessage, response: ServerResponse, own: Uint8Array, name: string): void {
    const bytes = damage.get(name) ?? own;
    const start = Number(/^bytes=(\d+)-$/.exec(headers.range ?? "")?.[1] ?? 0);
    response.writeHead(start > 0 ? 206 : 200, {
      "content-length": bytes.length - start,
      ...(start > 0 && { "content-range": `bytes ${start}-${bytes.length - 1}/${bytes.length}` }),
    });
    if (method === "HEAD") return void response.end();
    const cut = name.endsWith(".safetensors") ? cuts.shift() : undefined;
    if (cut === undefined) return void response.end(bytes.subarray(start));
    response.write(bytes.subarray(start, start + cut));
    const whenReceived = setInterval(() => {
      if (hub.received < start + cut) return;
      clearInterval(whenReceived);
      response.destroy();
    }, 5);
  }

  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  async function close(): Promise<void> {
    const closed = new Promise<void>((resolve) => server.close(() => resolve()));
    server.closeAllConnections();
    await closed;
  }
  const hub: LoopbackHub = { endpoint, requests, cuts, received: 0, damage, interfere: undefined, close };
  return hub;
}
