import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { parquetWriteBuffer } from "hyparquet-writer";
import { afterAll, beforeAll, beforeEach, expect, it, vi } from "vitest";
import { collect } from "../iterables/collect.ts";
import { hubDataset } from "./hub-dataset.ts";

const rows = Array.from({ length: 3000 }, (_, i) => ({
  text: Array.from({ length: 8 }, (_, j) => `text ${i} ${Math.sin(8 * i + j)}`).join(" "),
  label: i % 2,
}));
const shard = (from: number, to: number): Buffer =>
  Buffer.from(
    parquetWriteBuffer({
      columnData: [
        { name: "text", data: rows.slice(from, to).map(({ text }) => text), type: "STRING" },
        { name: "label", data: rows.slice(from, to).map(({ label }) => label), type: "INT32" },
      ],
      rowGroupSize: 500,
    }),
  );
const files = [shard(0, 2000), shard(2000, 3000)];
let server: Server;
let endpoint: string;
let requests: { url: string; range: string | undefined; sent: number }[] = [];
let paths: string[] = [];
let tokens = new Set<string | undefined>();
let change = false;

/**
 * Responds as huggingface.co does: with the list of Parquet files, and their byte ranges, directly and by a redirect.
 */
beforeAll(async () => {
  server = createServer((request, response) => {
    const { headers } = request;
    const url = request.url!.replace(/^\/mirror\//, "/");
    paths.push(request.url!);
    tokens.add(headers.authorization);
    const listing = (configs: object): void => void response.end(JSON.stringify(configs));
    const at = (i: number): string =>
      `https://huggingface.co/api/datasets/owner/sst/parquet/default/train/${i}.parquet`;
    if (url === "/api/datasets/owner/sst/parquet")
      return listing({ default: { train: [at(0), at(1)], test: [at(1)] } });
    if (url === "/api/datasets/owner/many/parquet")
      return listing({ sst2: { train: [at(0)] }, cola: { train: [at(1)] } });
    const index = Number(/(\d)\.parquet$/.exec(url)?.[1] ?? -1);
    if (url.startsWith("/api/") && index >= 0)
      return void response.writeHead(302, { location: `/blobs/${index}.parquet` }).end();
    const bytes = url.startsWith("/blobs/") ? files[index] : undefined;
    if (bytes === undefined) return void response.writeHead(404).end();
    const [, start, end] = /^bytes=(\d+)-(\d+)$/.exec(headers.range ?? "") ?? [];
    const part = bytes.subarray(Number(start), Number(end) + 1);
    requests.push({ url, range: headers.range, sent: part.length });
    const etag = change && requests.length > 3 ? '"b"' : '"a"';
    response
      .writeHead(206, { etag, "content-range": `bytes ${start}-${end}/${bytes.length}`, "content-length": part.length })
      .end(part);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => void server.close());
beforeEach(() => {
  requests = [];
  paths = [];
  tokens = new Set();
  change = false;
});

it("keeps the path of an endpoint", async () => {
  const dataset = await hubDataset("owner/sst", { endpoint: `${endpoint}/mirror/` });
  expect(await dataset.take(1).toArray()).toHaveLength(1);
  const asked = paths.filter((path) => path.includes("/api/"));
  expect(asked.length).toBeGreaterThan(1);
  expect(asked.filter((path) => !path.startsWith("/mirror/api/"))).toEqual([]);
});

it("reads a split by its name, from all its files", async () => {
  const dataset = await hubDataset("owner/sst", { endpoint, token: "secret" });
  expect(dataset.name).toBe("owner/sst, default, train");
  expect(await dataset.toArray()).toEqual(rows);
  expect(tokens).toEqual(new Set(["Bearer secret"]));
  expect(
    await (await hubDataset("owner/sst", { endpoint, split: "test", columns: ["label"] })).take(1).toArray(),
  ).toEqual([{ label: 0 }]);
});

it("takes the token of the environment unless HF_HUB_DISABLE_IMPLICIT_TOKEN is set", async () => {
  vi.stubEnv("HF_TOKEN", "");
  vi.stubEnv("HUGGING_FACE_HUB_TOKEN", "older");
  await hubDataset("owner/sst", { endpoint });
  vi.stubEnv("HF_TOKEN", "newer");
  await hubDataset("owner/sst", { endpoint });
  vi.stubEnv("HF_HUB_DISABLE_IMPLICIT_TOKEN", "1");
  await hubDataset("owner/sst", { endpoint });
  await hubDataset("owner/sst", { endpoint, token: "given" });
  expect([...tokens]).toEqual(["Bearer older", "Bearer newer", undefined, "Bearer given"]);
  vi.unstubAllEnvs();
});

it("fetches only the ranges that are read, and nothing that a position skips", async () => {
  const total = files[0]!.length + files[1]!.length;
  const dataset = await hubDataset("owner/sst", { endpoint });
  expect(await dataset.take(3).toArray()).toEqual(rows.slice(0, 3));
  const sent = requests.reduce((sum, request) => sum + request.sent, 0);
  expect(requests.every(({ url, range }) => url === "/blobs/0.parquet" && range !== undefined)).toBe(true);
  expect(sent).toBeLessThan(total / 2);
  requests = [];
  expect(await collect(dataset.read({ epoch: 0, taken: 2600 }))).toEqual(rows.slice(2600));
  expect(requests.some(({ url }) => url === "/blobs/0.parquet")).toBe(false); // its number of rows is already known
});

it("names the configs and splits, and what is missing", async () => {
  await expect(hubDataset("owner/many", { endpoint })).rejects.toThrow(
    "owner/many has several configs: sst2, cola. Set config to one of these.",
  );
  expect(await (await hubDataset("owner/many", { endpoint, config: "cola" })).toArray()).toHaveLength(1000);
  await expect(hubDataset("owner/sst", { endpoint, split: "dev" })).rejects.toThrow(
    'has no split "dev"; it has train, test.',
  );
  await expect(hubDataset("owner/none", { endpoint })).rejects.toThrow("responded with 404");
  await expect(hubDataset("../x", { endpoint })).rejects.toThrow('"../x" is not a dataset name.');
});

it("never mixes rows of two versions of a file", async () => {
  const dataset = await hubDataset("owner/sst", { endpoint });
  change = true;
  await expect(dataset.toArray()).rejects.toThrow("the file changed, or the response is incomplete");
});
