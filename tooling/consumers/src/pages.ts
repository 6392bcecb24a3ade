// bertkit in a page, built with common bundlers.
import assert from "node:assert/strict";
import { expectSame } from "./expected.ts";
import { runPage } from "./page.ts";
import { program } from "./program-files.ts";
import type { Ran } from "./programs/program.ts";
import { webpack } from "./programs-of-node.ts";
import type { Consumer } from "./workshop.ts";

const html = (script: string): string => `<!doctype html><script type="module" src="${script}"></script>`;

export async function writePage(consumer: Consumer): Promise<void> {
  consumer.write({
    "page/package.json": '{ "type": "module" }',
    "page/program.js": await program("program"),
    "page/page-main.js": await program("page-main"),
    "page/index.html": html("./page-main.js"),
    "webpack-page/index.html": html("./main.js"),
    "esbuild-page/index.html": html("./page-main.js"),
  });
}

/** Each builds the page into a folder with its name. */
export const pageBundlers = {
  esbuild: (consumer: Consumer) =>
    consumer.run(
      "esbuild",
      "page/page-main.js",
      "--bundle",
      "--minify",
      "--splitting",
      "--format=esm",
      "--outdir=esbuild-page",
    ),
  webpack: (consumer: Consumer, minimize?: boolean) =>
    webpack(consumer, { entry: "./page/page-main.js" }, "webpack-page", minimize),
  vite: (consumer: Consumer) => vite(consumer, "vite"),
  "vite-7": (consumer: Consumer) => vite(consumer, "vite-7"),
};

/** Two versions have the same command, so it is named by its file. */
const vite = (consumer: Consumer, name: string): Promise<string> =>
  consumer.run(
    "node",
    `node_modules/${name}/bin/vite.js`,
    "build",
    "page",
    "--outDir",
    `../${name}-page`,
    "--logLevel",
    "warn",
  );

/** Opens a built page, and compares its results with those of plain Node. */
export async function openPage(where: string | URL, reference: Ran): Promise<number> {
  const { result, bytes } = await runPage(where, "webgpu");
  const ran = result as Ran;
  expectSame(ran, "webgpu", reference);
  assert.match(ran.wasm, /tfjs-backend-wasm does not load.*Install it: npm install @tensorflow\/tfjs-backend-wasm/);
  return bytes;
}

/** Writes a Next.js app with a page and a server route. */
export function writeNext(consumer: Consumer, files: { readonly program: string }): void {
  consumer.write({
    "app/layout.js": "export default ({ children }) => <html><body>{children}</body></html>;",
    "app/page.js": `"use client";
import { useEffect } from "react";
import { run } from "./program.js";
export default () => {
  useEffect(() => void Object.assign(globalThis, { run }), []);
  return null;
};`,
    "app/answer/route.js": `import { run } from "../program.js";
export const dynamic = "force-dynamic";
export const GET = async () => Response.json(await run("auto"));`,
    "app/program.js": files.program,
  });
}
