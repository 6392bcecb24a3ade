import { mkdtempSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { Worker } from "node:worker_threads";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { smallVocabulary } from "../__fixtures__/small-vocabulary.ts";
import { utf8 } from "../alignment/index.ts";
import { google, tfText } from "../dialects/index.ts";
import { bertTokenizer, hfFast, type AddedToken, type RaggedEncoding, Tokenizer, TokenizerError } from "../index.ts";
import { encodeInParallel, EncoderPool } from "./index.ts";

// A worker of node:worker_threads needs JavaScript: the file that tsup would write next to the pool.
const folder = mkdtempSync(join(tmpdir(), "bertkit-"));
const script = join(folder, "encode-worker.mjs");
const createWorker = (): Worker => new Worker(pathToFileURL(script));

beforeAll(async () => {
  const require = createRequire(import.meta.url);
  const { build } = createRequire(require.resolve("tsup"))("esbuild") as { build(options: object): Promise<unknown> };
  await build({
    entryPoints: [fileURLToPath(new URL("encode-worker.ts", import.meta.url))],
    bundle: true,
    format: "esm",
    target: "es2022",
    outfile: script,
    external: ["node:*"],
  });
});
afterAll(() => rmSync(folder, { recursive: true }));

const texts = Array.from({ length: 3000 }, (_, i) =>
  i % 3 === 0 ? ([`The ${i} dogs`, "ΟΔΟΣ fox"] as const) : `${"the lazy dog ".repeat(i % 40)}[MASK] Straße ${i}`,
);

function bytes({ ids, rowSplits, offsets }: RaggedEncoding): string {
  return [ids, rowSplits, offsets].map((array) => array && Buffer.from(array.buffer).toString("base64")).join(" ");
}

describe.each([hfFast, google, tfText])("$name", (dialect) => {
  test("two workers return the same as one thread, in order", async () => {
    const { parts } = bertTokenizer({ vocabulary: await smallVocabulary(), dialect });
    const tokenizer = new Tokenizer({ ...parts, truncationSide: dialect === google ? "left" : "right" });
    const pool = await EncoderPool.start(tokenizer, { workers: 2, createWorker });
    try {
      for (const options of [{}, { offsets: utf8, maxLength: 12 }])
        expect(bytes(await pool.encodeRagged(texts, options))).toBe(bytes(tokenizer.encodeRagged(texts, options)));
      expect(await pool.encodeRagged([])).toEqual(tokenizer.encodeRagged([]));
    } finally {
      pool.close();
    }
  });
});

test("errors are returned and do not stop the pool", async () => {
  const tokenizer = bertTokenizer({ vocabulary: await smallVocabulary() });
  const pool = await EncoderPool.start(tokenizer, { workers: 1, createWorker });
  await expect(pool.encodeRagged(["the fox"], { maxLength: 1 })).rejects.toThrow(
    /^encode: maxLength must be at least 2/,
  );
  const wrong = { maxLength: 3, truncation: "only_second" } as const;
  const error: unknown = await pool.encodeRagged(["the fox"], wrong).catch((error: unknown) => error);
  expect(error).toBeInstanceOf(TokenizerError);
  expect(error).toMatchObject({ code: "options", stack: expect.stringContaining(script) as string });
  expect(() => tokenizer.encodeRagged(["the fox"], wrong)).toThrow((error as Error).message);
  await expect(pool.encodeRagged(["the fox"], { offsets: () => undefined })).rejects.toThrow(/custom offset unit/);
  expect((await pool.encodeRagged(["the fox"])).rowSplits).toHaveLength(2);
  pool.close();
  await expect(pool.encodeRagged(["the fox"])).rejects.toThrow(/the pool is closed/);
});

test("pairs that cannot be sent to a worker as they are", async () => {
  const tokenizer = bertTokenizer({ vocabulary: await smallVocabulary() });
  const pool = await EncoderPool.start(tokenizer, { workers: 1, createWorker });
  try {
    // As of Vue's reactive() and of MobX.
    const inputs = ["the fox", new Proxy(["the dog", "fox"] as const, {})] as const;
    expect(bytes(await pool.encodeRagged(inputs))).toBe(bytes(tokenizer.encodeRagged(inputs)));
    const wrong = [["the fox", () => "dog"]] as never;
    for (const call of [pool.encodeRagged(wrong), encodeInParallel(tokenizer, wrong, { workers: 1, createWorker })])
      await expect(call).rejects.toThrow(new TypeError("encode: text must be a text, got function."));
    expect((await pool.encodeRagged(["the fox"])).rowSplits).toHaveLength(2);
  } finally {
    pool.close();
  }
});

test("a message that cannot be sent rejects its call, and the worker takes the next", async () => {
  const tokenizer = bertTokenizer({ vocabulary: await smallVocabulary() });
  let full = false;
  const pool = await EncoderPool.start(tokenizer, {
    workers: 1,
    createWorker: () => {
      const worker = createWorker();
      const post = worker.postMessage.bind(worker);
      worker.postMessage = (message: unknown) => {
        if (full) throw new DOMException("Data cannot be cloned, out of memory.", "DataCloneError");
        post(message);
      };
      return worker;
    },
  });
  try {
    full = true;
    await expect(pool.encodeRagged(["the fox"])).rejects.toThrow(/out of memory/);
    full = false;
    expect((await pool.encodeRagged(["the fox"])).rowSplits).toHaveLength(2);
  } finally {
    pool.close();
  }
});

test("added tokens are copied for the workers, which end if one cannot be sent", async () => {
  const vocabulary = await smallVocabulary();
  const { parts } = bertTokenizer({ vocabulary });
  const withTokens = (change: (token: AddedToken) => AddedToken): Tokenizer =>
    bertTokenizer({ vocabulary, addedTokens: parts.addedTokens.map(change) });
  const proxies = withTokens((token) => new Proxy(token, {}));
  const { ids } = await encodeInParallel(proxies, ["the [MASK]"], { workers: 1, createWorker });
  expect(ids).toEqual(proxies.encodeRagged(["the [MASK]"]).ids);

  const workers: Worker[] = [];
  const recorded = (): Worker => {
    const worker = createWorker();
    workers.push(worker);
    return worker;
  };
  const unsendable = withTokens((token) => ({ ...token, color: () => "red" }));
  const start = EncoderPool.start(unsendable, { workers: 2, createWorker: recorded });
  await expect(start).rejects.toThrow(/could not be cloned/);
  await Promise.all(workers.map((worker) => new Promise((resolve) => worker.once("exit", resolve))));
});

test("one call starts and ends its workers", async () => {
  const tokenizer = bertTokenizer({ vocabulary: await smallVocabulary() });
  const { ids } = await encodeInParallel(tokenizer, ["the fox", "the dog"], { workers: 2, createWorker });
  expect(ids).toEqual(tokenizer.encodeRagged(["the fox", "the dog"]).ids);
});

describe("a worker that fails", () => {
  const started: Worker[] = [];
  const running = (code: string) => (): Worker => {
    const worker = new Worker(code, { eval: true });
    started.push(worker);
    return worker;
  };
  const ended = (worker: Worker): Promise<unknown> => new Promise((resolve) => worker.once("exit", resolve));

  test("one that cannot be created ends the others", async () => {
    const tokenizer = bertTokenizer({ vocabulary: await smallVocabulary() });
    let count = 0;
    const idle = running(`require("node:worker_threads").parentPort.on("message", () => {})`);
    const create = (): Worker => {
      if (++count === 2) throw new Error("blocked by the page's policy");
      return idle();
    };
    await expect(EncoderPool.start(tokenizer, { workers: 3, createWorker: create })).rejects.toThrow(/blocked by/);
    expect(started).toHaveLength(2);
    await Promise.all(started.map((worker) => worker.threadId === -1 || ended(worker)));
  });

  test("one that ends rejects the calls, and later ones say why", async () => {
    const tokenizer = bertTokenizer({ vocabulary: await smallVocabulary() });
    const ends = running(`require("node:worker_threads").parentPort.on("message", () => process.exit(3))`);
    const pool = await EncoderPool.start(tokenizer, { workers: 1, createWorker: ends });
    await expect(pool.encodeRagged(["the fox"])).rejects.toThrow(/it ended with exit code 3/);
    await expect(pool.encodeRagged(["the fox"])).rejects.toThrow(/is closed, because a worker failed: it ended/);
  });

  test("the reason of one that fails before the first call is kept", async () => {
    const tokenizer = bertTokenizer({ vocabulary: await smallVocabulary() });
    const fails = running(`throw new Error("cannot load the script")`);
    const pool = await EncoderPool.start(tokenizer, { workers: 1, createWorker: fails });
    await ended(started.at(-1)!);
    await expect(pool.encodeRagged(["the fox"])).rejects.toThrow(/is closed, because .*: cannot load the script/);
  });
});

test("rejects what is not supported", async () => {
  const { parts, constructor } = bertTokenizer({ vocabulary: await smallVocabulary() });
  const own = new (constructor as new (given: object) => ReturnType<typeof bertTokenizer>)({
    ...parts,
    decoder: { decode: () => "" },
  });
  await expect(EncoderPool.start(own, { workers: 1, createWorker })).rejects.toThrow(/custom part/);
  await expect(encodeInParallel(own, [], { workers: 0, createWorker })).rejects.toThrow(/at least 1, got 0/);
});
