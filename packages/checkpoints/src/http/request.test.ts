import { createServer, type RequestListener, type Server } from "node:http";
import { createServer as createSecureServer } from "node:https";
import type { AddressInfo } from "node:net";
import { gzipSync } from "node:zlib";
import { afterEach, expect, test, vi } from "vitest";
import { httpFolder } from "../folders/http-folder.ts";
import { loopbackCertificate } from "./__fixtures__/loopback-certificate.ts";
import { parseRetryAfter } from "./retries.ts";
import { webAddress } from "./web-address.ts";

const servers: Server[] = [];
afterEach(() => {
  vi.unstubAllEnvs();
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    server.close();
  }
});

async function serve(listener: RequestListener, secure?: { key: string; cert: string }): Promise<string> {
  const server = secure ? createSecureServer(secure, listener) : createServer(listener);
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return `${secure ? "https" : "http"}://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

const headers = { authorization: "Bearer secret", "x-api-key": "secret", cookie: "secret=1" };

/** A server that records the secrets it receives. */
async function witness(): Promise<{ origin: string; seen: string[] }> {
  const seen: string[] = [];
  const origin = await serve((request, response) => {
    seen.push(...Object.keys(headers).filter((name) => request.headers[name] !== undefined));
    response.end("{}");
  });
  return { origin, seen };
}

test("the caller's headers go only to the origin: another port is another origin", async () => {
  const { origin, seen } = await witness();
  const here: string[] = [];
  const own = await serve((request, response) => {
    here.push(...Object.keys(headers).filter((name) => request.headers[name] !== undefined));
    const location = request.url === "/config.json" ? "/moved" : `${origin}/config.json`;
    response.writeHead(307, { location }).end();
  });
  expect(await httpFolder(own, { headers }).read("config.json")).toHaveLength(2);
  expect(here).toEqual([...Object.keys(headers), ...Object.keys(headers)]);
  expect(seen).toEqual([]);
});

test("does not follow a redirect from https to http", async () => {
  vi.stubEnv("NODE_TLS_REJECT_UNAUTHORIZED", "0");
  const { origin, seen } = await witness();
  const own = await serve(
    (_, response) => void response.writeHead(302, { location: `${origin}/x` }).end(),
    loopbackCertificate,
  );
  await expect(httpFolder(own, { headers }).read("config.json")).rejects.toThrow(
    /config\.json redirects from https to http/,
  );
  expect(seen).toEqual([]);
});

test.each([
  ["file:///etc/passwd", /redirects to file:, not the web/],
  ["http://[", /redirects to an invalid address/],
  ["?again", /redirects more than 10 times/],
])("a redirect to %s is an error", async (location, message) => {
  const own = await serve((_, response) => void response.writeHead(302, { location }).end());
  await expect(httpFolder(own).read("config.json")).rejects.toThrow(message);
});

test("decompressed bytes are checked against the declared size", { timeout: 20_000 }, async () => {
  const bomb = gzipSync(Buffer.alloc(100 << 20));
  const packed = { "content-encoding": "gzip", "content-length": bomb.length };
  const own = await serve((request, response) => {
    if (request.url === "/small.json")
      return void response.writeHead(200, { "content-encoding": "gzip" }).end(gzipSync("{}"));
    response.writeHead(200, packed).end(bomb);
  });
  await expect(httpFolder(own).read("config.json")).rejects.toThrow(/sends more than 67108864 bytes/);
  await expect(httpFolder(own, { maxBytes: 1000 }).read("config.json")).rejects.toThrow(
    /more than 1000 bytes.*maxBytes/,
  );
  expect(await httpFolder(own, { maxBytes: 101 << 20 }).read("config.json")).toHaveLength(100 << 20);
  expect(await httpFolder(own).read("small.json")).toHaveLength(2);
});

test.each([
  [65, undefined],
  [64, /sends more than 67108864 bytes, the maximum by its Content-Range/],
  [undefined, /sends more than 67108864 bytes, the maximum by the limit for compressed responses/],
])(
  "of a large response without a size, the server is asked for a range: %s MiB",
  { timeout: 20_000 },
  async (total, error) => {
    const own = await serve((request, response) => {
      if (request.headers.range === undefined || total === undefined) {
        for (let mebibyte = 0; mebibyte < 65; mebibyte++) response.write(Buffer.alloc(1 << 20));
        return void response.end();
      }
      expect(request.headers.range).toBe("bytes=0-0");
      response.writeHead(206, { "content-range": `bytes 0-0/${total << 20}` }).end("{");
    });
    const read = httpFolder(own).read("model.safetensors");
    if (error === undefined) expect(await read).toHaveLength(65 << 20);
    else await expect(read).rejects.toThrow(error);
  },
);

test("gives up on a silent server and retries a failing one", { timeout: 20_000 }, async () => {
  let failures = 2;
  const own = await serve((request, response) => {
    if (request.url === "/silent.json") return;
    if (failures-- > 0) response.writeHead(503, { "retry-after": "0" }).end();
    else response.end("{}");
  });
  const folder = httpFolder(own, { timeout: 0.1 });
  expect(await folder.read("config.json")).toHaveLength(2);
  await expect(folder.read("silent.json")).rejects.toThrow(
    /silent\.json could not be reached: nothing came for 0\.1 s/,
  );
});

test("addresses in messages have no secrets", () => {
  const example = "https://example.org/";
  const { url, headers: own } = webAddress("test", "https://me:%70ass@example.org/m?signature=s", example);
  expect([url.href, own]).toEqual(["https://example.org/m?signature=s", { authorization: `Basic ${btoa("me:pass")}` }]);
  expect(httpFolder("https://me:pass@example.org/m?signature=s").label).toBe("https://example.org/m/");
  for (const [address, shown] of [
    ["me:pass@example.org/m?signature=s", '"example.org/m"'],
    ["ftp://me:pass@example.org/#s", '"ftp://example.org/"'],
    ["//me:p@ss@host", '"host"'],
  ] as const)
    expect(() => webAddress("test", address, example)).toThrow(`test: ${shown} is not a web address`);
  expect(() => httpFolder(example, { headers: { "x-key": "pass\nword" } })).toThrow(
    /^httpFolder: the header "x-key" cannot be sent/,
  );
});

test("Retry-After is seconds or a date", () => {
  expect([parseRetryAfter("2"), parseRetryAfter("soon"), parseRetryAfter("-1"), parseRetryAfter(null)]).toEqual([
    2000,
    undefined,
    undefined,
    undefined,
  ]);
  expect(parseRetryAfter(new Date(0).toUTCString())).toBe(0);
  expect(parseRetryAfter(new Date(Date.now() + 60_000).toUTCString())).toBeGreaterThan(50_000);
});
