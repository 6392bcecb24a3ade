import { createHash } from "node:crypto";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

export interface LoopbackHub {
  readonly endpoint: string;
  /** "METHOD path range", in order. */
  readonly requests: string[];
  /** What the next downloads do: break off after so many bytes each, once the client has said that it received them. */
  readonly cuts: number[];
  /** Bytes of the file that the client has: for its `onProgress` to set. */
  received: number;
  /** Bytes that are sent in place of a file's own. */
  readonly damage: Map<string, Buffer>;
  close(): Promise<void>;
}

const commit = "0123456789abcdef0123456789abcdef01234567";
export { commit as hubCommit };

/** A hub of one repository, "owner/tiny", on the loopback: with the answers and headers of the real one. */
export async function loopbackHub(files: Readonly<Record<string, Buffer>>): Promise<LoopbackHub> {
  const requests: string[] = [];
  const cuts: number[] = [];
  const damage = new Map<string, Buffer>();
  const server = createServer((request, response) => {
    requests.push(`${request.method} ${request.url} ${request.headers.range ?? ""}`.trimEnd());
    const [, revision, name] = /^\/owner\/tiny\/resolve\/([^/]+)\/(.+)$/.exec(request.url!) ?? [];
    if (request.url!.startsWith("/blobs/")) return send(request, response, request.url!.slice("/blobs/".length));
    if (revision === undefined) return void response.writeHead(401, { "x-error-code": "RepoNotFound" }).end();
    if (revision !== "main" && revision !== commit)
      return void response.writeHead(404, { "x-error-code": "RevisionNotFound" }).end();
    const bytes = files[name!];
    if (bytes === undefined) return void response.writeHead(404, { "x-error-code": "EntryNotFound" }).end();
    response.setHeader("x-repo-commit", commit);
    if (!name!.endsWith(".safetensors")) {
      const sha1 = createHash("sha1").update(`blob ${bytes.length}\0`).update(bytes).digest("hex");
      response.setHeader("etag", `"${sha1}"`);
      return send(request, response, name!);
    }
    const sha256 = createHash("sha256").update(bytes).digest("hex");
    const linked = { "x-linked-etag": `"${sha256}"`, "x-linked-size": bytes.length, location: `/blobs/${name}` };
    response.writeHead(302, linked).end();
  });

  function send({ method, headers }: IncomingMessage, response: ServerResponse, name: string): void {
    const bytes = damage.get(name) ?? files[name]!;
    const start = Number(/^bytes=(\d+)-$/.exec(headers.range ?? "")?.[1] ?? 0);
    response.writeHead(start > 0 ? 206 : 200, { "content-length": bytes.length - start });
    if (method === "HEAD") return void response.end();
    const cut = cuts.shift();
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
  const close = (): Promise<void> => new Promise((resolve) => server.close(() => resolve()));
  const hub: LoopbackHub = { endpoint, requests, cuts, received: 0, damage, close };
  return hub;
}
