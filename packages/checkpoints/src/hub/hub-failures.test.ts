// Failures of the hub and of the cache: none is mistaken for a file that does not exist.
import { execFile } from "node:child_process";
import { createHash, randomBytes } from "node:crypto";
import { chmod, mkdir, mkdtemp, readdir, readFile, rm, symlink, truncate, writeFile } from "node:fs/promises";
import type { IncomingMessage, ServerResponse } from "node:http";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { promisify } from "node:util";
import { gzipSync } from "node:zlib";
import { hubCommit, type LoopbackHub, loopbackHub, olderHubCommit } from "@bertkit/testing";
import { afterEach, beforeEach, expect, test } from "vitest";
import { openWeights } from "../open-weights.ts";
import { hubFolder } from "./hub-folder.ts";
import { webHubFolder } from "./web-hub-folder.ts";

const weights = randomBytes(300_000);
const config = Buffer.from('{"model_type": "bert"}');
const files = { "config.json": config, "model.safetensors": weights, "pytorch_model.bin": randomBytes(99) };
const blobName = createHash("sha256").update(weights).digest("hex");
let hub: LoopbackHub;
let cache: string;

beforeEach(async () => {
  hub = await loopbackHub(files);
  cache = await mkdtemp(join(tmpdir(), "bertkit-hub-"));
});
afterEach(async () => {
  await hub.close();
  await chmod(cache, 0o755);
  await rm(cache, { recursive: true });
});

const tiny = (options: object = {}): ReturnType<typeof hubFolder> =>
  hubFolder("owner/tiny", { endpoint: hub.endpoint, cache, offline: false, token: "secret", ...options });
const root = (...parts: string[]): string => join(cache, "models--owner--tiny", ...parts);
const sizeOf = async (
  folder: { read(name: string): Promise<Uint8Array | undefined> },
  name: string,
): Promise<unknown> => (await folder.read(name))?.length;

type Answer = (response: ServerResponse, request: IncomingMessage) => void;
const status =
  (code: number, headers: Record<string, string> = {}): Answer =>
  (response) =>
    void response.writeHead(code, headers).end();
const cut: Answer = (response) => void response.destroy();
const silence: Answer = () => {};

/** Overrides the responses to the first `times` requests whose request line contains `text`. */
function answer(text: string, act: Answer, times = Infinity): void {
  let left = times;
  hub.interfere = (request, response) => {
    if (left === 0 || !`${request.method} ${request.url}`.includes(text)) return false;
    left -= 1;
    act(response, request);
    return true;
  };
}

test.each<[string, Answer]>([
  ["a cut connection", cut],
  ["403", status(403)],
  ["401", status(401)],
  ["404 for another reason", status(404, { "x-error-code": "GatedRepo" })],
  ["a login page", (response) => void response.setHeader("content-type", "text/html").end("<html>")],
])("%s at a file is an error that names it, also offline afterwards", { timeout: 20_000 }, async (_, act) => {
  const folder = tiny();
  await folder.read("config.json");
  answer("/tokenizer_config.json", act);
  await expect(folder.read("tokenizer_config.json")).rejects.toThrow(/tokenizer_config\.json/);
  await expect(tiny({ offline: true }).read("tokenizer_config.json")).rejects.toThrow(/may exist on the hub/);
  answer("/model.safetensors", act);
  await expect(openWeights(folder)).rejects.toThrow(/model\.safetensors/); // and does not fall back to pytorch_model.bin
});

test("missing files are cached in Hugging Face's layout and not requested again", async () => {
  expect(await tiny().read("added_tokens.json")).toBeUndefined();
  expect(await readdir(root(".no_exist", hubCommit))).toEqual(["added_tokens.json"]);
  const before = hub.requests.length;
  expect(await tiny({ offline: true }).read("added_tokens.json")).toBeUndefined();
  await writeFile(root(".no_exist", hubCommit, "vocab.txt"), ""); // by another library
  expect(await tiny({ revision: hubCommit }).read("vocab.txt")).toBeUndefined();
  expect(hub.requests).toHaveLength(before);
});

test("the failure of a plain mirror is not mistaken for missing files", { timeout: 20_000 }, async () => {
  answer("", (response, { url }) => void response.writeHead(url!.endsWith("vocab.txt") ? 404 : 503).end());
  await expect(tiny().read("vocab.txt")).rejects.toThrow(/answered 503, 5 times/);
});

test.each([
  ["429 with Retry-After", status(429, { "retry-after": "0" })],
  ["503", status(503)],
  ["a cut connection", cut],
])("retries after %s, for a description and for a download", async (_, act) => {
  answer("HEAD", act, 2);
  expect(await sizeOf(tiny(), "config.json")).toBe(22);
  answer("GET /blobs", act, 2);
  expect(await sizeOf(tiny(), "model.safetensors")).toBe(300_000);
});

test("a wait of more than a minute is an error at once, and an abort ends a shorter one", async () => {
  answer("HEAD", status(429, { "retry-after": "3600" }));
  await expect(tiny().read("config.json")).rejects.toThrow(/config\.json answered 429\. /);
  answer("HEAD", status(429, { "retry-after": "30" }));
  const waiting = tiny({ signal: AbortSignal.timeout(100) }).read("config.json");
  await expect(waiting).rejects.toThrow(/aborted due to timeout/);
});

test("silence ends an attempt, and the next one resumes", async () => {
  const folder = tiny({ downloadTimeout: 0.3 });
  answer(
    "GET /blobs",
    (response) => void response.writeHead(200, { "content-length": 300_000 }).write(weights.subarray(0, 9)),
    1,
  );
  expect(Buffer.from((await folder.read("model.safetensors"))!).equals(weights)).toBe(true);
  expect(hub.requests.at(-1)).toMatch(/bytes=9-$/);
});

test("gives up on a hub that never responds", { timeout: 20_000 }, async () => {
  answer("", silence);
  await expect(tiny({ etagTimeout: 0.1 }).read("config.json")).rejects.toThrow(/nothing came for 0\.1 s, 5 times/);
});

test.each<[string, Answer]>([
  [
    "declared",
    (response) => void response.writeHead(200, { "content-length": 400_000_000 }).write(Buffer.alloc(1 << 20)),
  ],
  ["undeclared", (response) => void pour(response)],
  [
    "packed",
    (response) => void response.writeHead(200, { "content-encoding": "gzip" }).end(gzipSync(Buffer.alloc(9e6))),
  ],
])("more bytes than the hub declared are not written, %s", async (_, act) => {
  answer("GET /blobs", act);
  await expect(tiny().read("model.safetensors")).rejects.toThrow(/more than 300000 bytes|sends 400000000 bytes/);
  expect(await readdir(root("blobs"))).toEqual([]);
});

function pour(response: ServerResponse): void {
  const piece = Buffer.alloc(1 << 20);
  const more = (): void => {
    while (!response.destroyed && response.write(piece));
  };
  response.on("drain", more);
  more();
}

test.each<[string, Answer]>([
  ["416", status(416)],
  [
    "a range of its own",
    (response) => void response.writeHead(206, { "content-range": "bytes 7-299999/300000" }).end(weights.subarray(7)),
  ],
  ["all of it", (response) => void response.writeHead(200, { "content-length": 300_000 }).end(weights)],
])("a server that answers a resumed download with %s", async (_, act) => {
  await mkdir(root("blobs"), { recursive: true });
  await writeFile(root("blobs", `${blobName}.node-incomplete`), weights.subarray(0, 1000));
  answer("GET /blobs", act, 1);
  expect(Buffer.from((await tiny().read("model.safetensors"))!).equals(weights)).toBe(true);
});

test.each([[randomBytes(1000)], [randomBytes(300_000)], [randomBytes(300_001)]])(
  "discards unusable bytes of an interrupted process",
  async (left) => {
    await mkdir(root("blobs"), { recursive: true });
    await writeFile(root("blobs", `${blobName}.node-incomplete`), left);
    expect(Buffer.from((await tiny().read("model.safetensors"))!).equals(weights)).toBe(true);
  },
);

test.each<[string, Answer]>([
  ["503", status(503)],
  ["401, as for a token that expired", status(401)],
  ["429 for an hour", status(429, { "retry-after": "3600" })],
  ["a cut connection", cut],
  ["a login page", (response) => void response.end("<html>")],
  ["silence", silence],
])("with everything cached, a hub that answers %s is ignored", async (_, act) => {
  for (const name of ["config.json", "model.safetensors", "vocab.txt"]) await tiny().read(name);
  answer("", act);
  const folder = tiny({ etagTimeout: 0.3 });
  expect(await sizeOf(folder, "config.json")).toBe(22);
  expect(await sizeOf(folder, "model.safetensors")).toBe(300_000);
  expect(await folder.read("vocab.txt")).toBeUndefined();
});

test("a revision that the hub no longer has is not served from the cache", async () => {
  await tiny().read("config.json");
  answer("", status(404, { "x-error-code": "RevisionNotFound" }));
  await expect(tiny().read("config.json")).rejects.toThrow(/has no revision "main"/);
});

test.each([
  ["truncated", () => truncate(root("blobs", blobName), 1000)],
  ["of other bytes", () => writeFile(root("blobs", blobName), randomBytes(300_000))],
  ["gone", () => rm(root("blobs", blobName))],
  [
    "another, because of a wrong link",
    async () => {
      await rm(root("snapshots", hubCommit, "model.safetensors"));
      await symlink("../../blobs/gone", root("snapshots", hubCommit, "model.safetensors"));
    },
  ],
])("a cached file whose content is %s is fetched again, and offline an error", async (_, damage) => {
  await tiny().read("model.safetensors");
  await damage();
  await expect(tiny({ offline: true }).read("model.safetensors")).rejects.toThrow(
    /model\.safetensors .* is damaged in the cache/,
  );
  for (const options of [{ revision: hubCommit }, {}])
    expect(Buffer.from((await tiny(options).read("model.safetensors"))!).equals(weights)).toBe(true);
});

test("an ETag that is not a checksum is used for one file only, and none can leave the cache", async () => {
  answer("", (response, { url, method }) => {
    const text = url!.endsWith("config.json") ? "{}" : "abc";
    response.writeHead(200, { etag: '"same"', "x-repo-commit": hubCommit, "content-length": text.length });
    response.end(method === "HEAD" ? "" : text);
  });
  expect([await sizeOf(tiny(), "config.json"), await sizeOf(tiny(), "vocab.txt")]).toEqual([2, 3]);
  for (const etag of ["..", ".", "../../x", ""]) {
    answer("", status(200, { etag: `"${etag}"`, "x-repo-commit": hubCommit, "content-length": "2" }));
    await expect(tiny().read("tokenizer.json")).rejects.toThrow(/an invalid ETag/);
  }
});

test("an empty file is valid", async () => {
  const empty = createHash("sha1").update("blob 0\0").digest("hex");
  answer("HEAD", status(200, { etag: empty, "x-repo-commit": hubCommit, "content-length": "0" }));
  expect(await sizeOf(tiny(), "vocab.txt")).toBe(0);
  expect(await sizeOf(tiny({ offline: true }), "vocab.txt")).toBe(0);
});

test("all files come from the commit of the first response", async () => {
  const folder = tiny();
  const before = hub.requests.length;
  await Promise.all(["config.json", "model.safetensors", "vocab.txt"].map((name) => folder.read(name)));
  expect(hub.requests.slice(before).filter((line) => line.includes("/resolve/main/"))).toHaveLength(1);
  answer("", status(200, { etag: '"abc"', "x-repo-commit": olderHubCommit, "content-length": "2" }));
  await expect(tiny({ revision: hubCommit }).read("tokenizer.json")).rejects.toThrow(/answered for another commit/);
});

test("a token is only sent to the endpoint's scheme, host and port, also after redirects", async () => {
  const other = await loopbackHub(files);
  try {
    const seen: (string | undefined)[] = [];
    const back = `${hub.endpoint}/blobs/${hubCommit}/model.safetensors`;
    other.interfere = (request, response) => {
      seen.push(request.headers.authorization);
      response.writeHead(302, { location: back }).end();
      return true;
    };
    let own: string | undefined;
    hub.interfere = (request, response) => {
      if (request.url!.startsWith("/blobs")) seen.push(request.headers.authorization);
      if (request.method !== "GET" || request.url!.startsWith("/blobs")) return false;
      own = request.headers.authorization;
      response.writeHead(302, { location: `${other.endpoint}/elsewhere?signature=1` }).end();
      return true;
    };
    expect(await sizeOf(tiny(), "model.safetensors")).toBe(300_000);
    expect(own).toBe("Bearer secret");
    expect(seen).toEqual([undefined, undefined]);
  } finally {
    await other.close();
  }
});

test("a user name and password in the endpoint are sent, but never shown", { timeout: 20_000 }, async () => {
  const endpoint = hub.endpoint.replace("//", "//me:pa%40ss@");
  let sent: string | undefined;
  hub.interfere = ({ headers }) => {
    sent = headers.authorization;
    return false;
  };
  expect(await sizeOf(tiny({ endpoint }), "config.json")).toBe(22);
  expect(sent).toBe(`Basic ${btoa("me:pa@ss")}`);
  answer("", status(418));
  const problems = [
    () => tiny({ endpoint }).read("vocab.txt"),
    () => tiny({ endpoint: "me:pa%40ss@mirror" }).read("vocab.txt"),
    () => tiny({ token: "pa%40ss\nx" }).read("vocab.txt"),
    async () => webHubFolder("owner/tiny", { endpoint }).read("vocab.txt"),
    async () => webHubFolder("owner/tiny", { endpoint: "ftp://me:pa%40ss@mirror" }),
  ];
  for (const problem of problems) {
    const error = await problem().then(
      () => expect.fail("there should be an error"),
      (reason: Error) => reason,
    );
    let all = "";
    for (let each: unknown = error; each instanceof Error; each = each.cause) all += `${each.stack} `;
    expect(all).toMatch(/hub/i);
    expect(all).not.toMatch(/pa%40ss|pa@ss|me:/);
  }
});

/** The output of a separate process that reads a file, as another user if this process is root. */
async function readElsewhere(name: string, { shell = 'exec "$@"', env = {}, user = "65534" } = {}): Promise<string> {
  const program = fileURLToPath(new URL("./__fixtures__/read-from-hub.ts", import.meta.url));
  const tsx = pathToFileURL(createRequire(import.meta.url).resolve("tsx")).href;
  const variables = { HF_ENDPOINT: hub.endpoint, HF_HUB_CACHE: cache, HF_HUB_OFFLINE: "", HF_TOKEN: "t", ...env };
  const command = [process.execPath, "--import", tsx, program, name, ...(user === "" ? [] : [user])];
  const { stdout } = await promisify(execFile)("sh", ["-c", shell, "sh", ...command], {
    env: { ...process.env, ...variables },
  });
  return stdout.trim();
}

test.skipIf(process.platform === "win32")("a read-only cache", { timeout: 60_000 }, async () => {
  for (const name of ["config.json", "vocab.txt"]) await tiny().read(name);
  await promisify(execFile)("chmod", ["-R", "a+rX,a-w", cache]);
  expect(await readElsewhere("config.json")).toBe("22");
  expect(await readElsewhere("added_tokens.json")).toBe("undefined"); // and cannot be cached
  const etag = createHash("sha1").update(`blob ${config.length}\0`).update(config).digest("hex");
  answer("HEAD", status(200, { etag, "x-repo-commit": olderHubCommit, "content-length": "22" })); // a new one, of the same file
  expect(await readElsewhere("config.json")).toBe("22");
  hub.interfere = undefined;
  expect(await readElsewhere("model.safetensors")).toMatch(
    /cannot be written \(EACCES\), and model\.safetensors is not in it/,
  );
  await promisify(execFile)("chmod", ["-R", "u+w", cache]);
});

test.skipIf(process.platform === "win32")(
  "a full disk is reported, and the bytes received are kept",
  { timeout: 60_000 },
  async () => {
    const output = await readElsewhere("model.safetensors", { shell: 'ulimit -f 256; exec "$@"', user: "" });
    expect(output).toMatch(
      /the disk or the user.s quota is full \(EFBIG\).*model\.safetensors does not fit.*HF_HUB_CACHE/,
    );
    expect((await readFile(root("blobs", `${blobName}.node-incomplete`))).length).toBeGreaterThan(100_000);
    expect(await sizeOf(tiny(), "model.safetensors")).toBe(300_000);
  },
);

test.skipIf(process.platform === "win32")(
  "an unreadable token is reported only if one is needed",
  { timeout: 60_000 },
  async () => {
    const home = await mkdtemp(join(tmpdir(), "bertkit-home-"));
    try {
      await mkdir(join(home, "token"));
      const env = { HF_TOKEN: "", HF_HOME: home };
      expect(await readElsewhere("config.json", { env, user: "" })).toBe("22");
      answer("", status(401));
      expect(await readElsewhere("vocab.txt", { env, user: "" })).toMatch(/token cannot be read \(EISDIR\)/);
    } finally {
      await rm(home, { recursive: true });
    }
  },
);
