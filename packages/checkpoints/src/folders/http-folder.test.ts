import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, expect, test } from "vitest";
import { CheckpointError } from "../checkpoint-error.ts";
import { readText } from "./read-file.ts";
import { httpFolder } from "./http-folder.ts";

let server: Server;
let address: string;
const seen: (string | undefined)[] = [];
let expired = false;

beforeAll(async () => {
  server = createServer((request, response) => {
    seen.push(request.headers.authorization);
    if (request.url === "/models/tiny%20bert/config.json?key=1") response.end("{}");
    else if (request.url === "/models/page.json") response.setHeader("content-type", "text/html").end("<html>");
    else if (/^\/dev\/(?!config\.json)/.test(request.url!) || expired)
      response.setHeader("content-type", "text/html").end("<html>app");
    else if (request.url === "/dev/config.json") response.end("{}");
    else if (request.url === "/models/locked.json") response.writeHead(403).end();
    else if (request.url === "/models/broken.json")
      response.writeHead(200, { "content-length": "100" }).write("half", () => response.destroy());
    else response.writeHead(404).end();
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  address = `http://127.0.0.1:${(server.address() as AddressInfo).port}/models`;
});

afterAll(() => new Promise((resolve) => server.close(resolve)));

test("reads files below an address, with its query and headers", async () => {
  const folder = httpFolder(`${address}/tiny%20bert?key=1`, { headers: { authorization: "Bearer x" } });
  expect(await readText(folder, "config.json")).toBe("{}");
  expect(seen.at(-1)).toBe("Bearer x");
});

test("opens files for ranged reads, each with its own memory", async () => {
  const folder = httpFolder(`${address}/tiny%20bert?key=1`);
  const file = (await folder.open!("config.json"))!;
  expect([file.size, file.fresh]).toEqual([2, true]);
  expect(await file.read(1, 2)).toEqual(new TextEncoder().encode("}"));
  expect(file.label).toContain("config.json in http://127.0.0.1");
  expect(await folder.open!("none.json")).toBeUndefined();
  await expect(httpFolder(address).open!("broken.json")).rejects.toThrow(`${address}/broken.json broke off`);
});

test("a missing file is undefined, also if a development server answers with its page", async () => {
  expect(await httpFolder(address).read("none.json")).toBeUndefined();
  const folder = httpFolder(new URL("/dev", address));
  expect(await folder.read("none.json")).toBeUndefined();
  expect(await folder.read("config.json")).toBeDefined();
  expect(await folder.read("none.json")).toBeUndefined();
});

test("a page instead of one file, or of all files after a session expired, is an error", async () => {
  await expect(httpFolder(address).read("page.json")).rejects.toThrow(/page\.json answered with a page \(text\/html\)/);
  const folder = httpFolder(new URL("/dev", address));
  expect(await folder.read("config.json")).toBeDefined();
  expired = true;
  await expect(folder.read("tokenizer_config.json")).rejects.toThrow(/answered with a page/);
  expired = false;
});

test("other failures name address and status", async () => {
  const folder = httpFolder(address);
  await expect(folder.read("locked.json")).rejects.toThrow(`${address}/locked.json answered 403 Forbidden`);
  await expect(folder.read("broken.json")).rejects.toThrow(`${address}/broken.json broke off`);
  await expect(httpFolder("http://127.0.0.1:1/").read("config.json")).rejects.toThrow(
    /127\.0\.0\.1:1\/config\.json could not be reached/,
  );
  expect(() => httpFolder("no address")).toThrow(/"no address" is not a web address/);
});

test("names cannot leave the folder", async () => {
  for (const name of ["../secret", "/etc/passwd", "a//b", "a/../../b", "http://elsewhere/x", "a\\b", ""]) {
    await expect(httpFolder(address).read(name), name).rejects.toThrow(CheckpointError);
  }
});

test("an aborted request throws the reason", async () => {
  await expect(
    httpFolder(address, { signal: AbortSignal.abort(new Error("enough")) }).read("config.json"),
  ).rejects.toThrow("enough");
});
