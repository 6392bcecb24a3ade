// npm run consumers [-- NAME …]: packs everything once, installs it as users do, builds and runs it; prints a table.
import { spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { transform } from "esbuild";
import { publicPackages } from "@bertkit/testing/packages";
import { openingExample } from "@bertkit/testing/opening-example";
import { openPage, pageBundlers, writeNext, writePage } from "./pages.ts";
import { program } from "./program-files.ts";
import { compile, nodeBundlers, runInNode, type RanInNode, sizeOf, writePrograms } from "./programs-of-node.ts";
import { installLine, projects, runTests } from "./projects.ts";
import { openWorkshop } from "./workshop.ts";

const wanted = process.argv.slice(2);
const rows: string[] = [];
let failed = 0;

/** Prints one row: the details returned by `check`, or its error. */
async function row(name: string, check: () => Promise<string>): Promise<void> {
  if (wanted.length > 0 && !wanted.some((part) => name.startsWith(part))) return;
  const started = Date.now();
  let line: string;
  try {
    line = `ok     ${name}: ${await check()}`;
  } catch (error) {
    failed++;
    line = `FAILED ${name}: ${error instanceof Error ? error.message : String(error)}`;
  }
  rows.push(line);
  process.stdout.write(`${line}, ${((Date.now() - started) / 1000).toFixed(0)} s\n`);
}

const kilobytes = (bytes: number): string => `${(bytes / 1000).toFixed(0)} kB`;
const workshop = await openWorkshop();
try {
  const nodes = ["22", "24"].map(
    (version) => `node-${version}@npm:node-${process.platform}-${process.arch}@${version}`,
  );
  const bundlers = "esbuild@0.28 webpack@5 vite@8 typescript@6 @types/node@20";
  const programs = lazily(async () => {
    const consumer = await workshop.install(
      "programs",
      `npm install bertkit @bertkit/backend-onnxruntime @tensorflow/tfjs-backend-webgpu ${bundlers} ${nodes.join(" ")} --ignore-scripts`,
    );
    await Promise.all([writePrograms(consumer), writePage(consumer)]);
    return { consumer, reference: await runInNode(consumer, "esm/node-main.js") };
  });
  const ranIn = async (file: string, version?: string): Promise<string> => {
    const { consumer, reference } = await programs();
    const command = version && join(consumer.path, "node_modules", `node-${version}`, "bin", "node");
    const { node } = await runInNode(consumer, file, { ...(command && { command }), reference });
    return `ran in Node ${node}`;
  };

  await row("Node, import", () => ranIn("esm/node-main.js"));
  await row("Node, require", () => ranIn("cjs/node-main.cjs"));
  for (const version of ["22", "24"]) {
    await row(`Node ${version}, import`, () => ranIn("esm/node-main.js", version));
    await row(`Node ${version}, require`, () => ranIn("cjs/node-main.cjs", version));
  }
  for (const resolution of ["nodenext", "bundler"] as const) {
    await row(`TypeScript ${resolution}, strict`, async () => {
      const { consumer } = await programs();
      await compile(consumer, resolution);
      return `compiled, ${await ranIn("from-ts/node-main.js")}`;
    });
  }
  await row("webpack, for Node", async () => {
    const { consumer } = await programs();
    await nodeBundlers.webpack(consumer);
    return `${await ranIn("webpack-node/main.cjs")}, ${kilobytes(sizeOf(consumer, "webpack-node/main.cjs"))} not minified`;
  });
  await row("esbuild, for Node", async () => {
    const { consumer } = await programs();
    await nodeBundlers.esbuild(consumer);
    return `${await ranIn("esbuild-node/main.mjs")}, ${kilobytes(sizeOf(consumer, "esbuild-node/main.mjs"))} not minified`;
  });

  // Without the native backend: bundlers must build without it.
  const pages = lazily(async () => {
    const page = await workshop.install(
      "page",
      "npm install bertkit @tensorflow/tfjs-backend-webgpu esbuild@0.28 webpack@5 vite@8 vite-7@npm:vite@7 next@16 react@19 react-dom@19",
    );
    await writePage(page);
    return { page, reference: (await programs()).reference };
  });
  for (const bundler of ["esbuild", "webpack", "vite", "vite-7"] as const) {
    await row(`${bundler}, a page`, async () => {
      const { page, reference } = await pages();
      await pageBundlers[bundler](page, true);
      return `built, ran on WebGPU, ${kilobytes(await openPage(join(page.path, `${bundler}-page`), reference))} gzipped`;
    });
  }
  for (const flag of ["--turbopack", "--webpack"]) {
    await row(`Next.js ${flag}, a page and a server`, async () => {
      const { page, reference } = await pages();
      writeNext(page, { program: await program("program") });
      await page.run("next", "build", flag);
      const port = "34567";
      const server = spawn(
        process.execPath,
        [join(page.path, "node_modules/next/dist/bin/next"), "start", "-p", port],
        {
          cwd: page.path,
          stdio: "ignore",
          env: { ...process.env, NODE_PATH: undefined },
        },
      );
      try {
        const site = `http://127.0.0.1:${port}/`;
        const answer = await patiently(() => fetch(`${site}answer`));
        if (!answer.ok) throw new Error(`the server answered ${answer.status}`);
        const { backend } = (await answer.json()) as RanInNode;
        return `built, the server ran on ${backend}, the page on WebGPU, ${kilobytes(await openPage(new URL(site), reference))} gzipped`;
      } finally {
        server.kill();
      }
    });
  }

  const others = lazily(() => workshop.install("projects", installLine));
  for (const project of projects) {
    await row(`tests of ${project.name}`, async () => {
      const consumer = await others();
      const plain = await runTests(consumer, project, "@tensorflow/tfjs-backend-cpu", "cpu");
      const { passed, failed, messages } = await runTests(
        consumer,
        project,
        "@bertkit/backend-onnxruntime",
        "onnxruntime",
      );
      const both = plain.messages.length > 0 ? `; in plain JavaScript ${plain.messages.join("; ")}` : "";
      const found = `${passed} passed, ${failed} failed (plain JavaScript: ${plain.passed}, ${plain.failed})${both}`;
      // Some tests have the backend's name in their own.
      if (messages.some((message) => !plain.messages.includes(message.replaceAll("onnxruntime", "cpu"))))
        throw new Error(`${found}: ${messages.join("; ")}`);
      return found;
    });
  }

  for (const { folder, path, manifest } of publicPackages) {
    await row(`README of ${manifest.name}`, async () => {
      const { install, code } = openingExample(readFileSync(join(path, "README.md"), "utf8"))!;
      const alone = await workshop.install(`readme-${folder}`, install);
      const js = await transform(code, { loader: "ts", format: "esm", target: "es2022" });
      alone.write({ "example.mjs": js.code });
      await alone.run("node", "example.mjs");
      return `ran after \`${install}\``;
    });
  }
} finally {
  workshop.close();
}
process.stdout.write(`${rows.length - failed} ran, ${failed} failed\n`);
process.exitCode = failed > 0 ? 1 : 0;

/** Calls `make` on the first call and caches the result. */
function lazily<Made>(make: () => Promise<Made>): () => Promise<Made> {
  let made: Promise<Made> | undefined;
  return () => (made ??= make());
}

/** Retries for half a minute, until a server answers. */
async function patiently(ask: () => Promise<Response>): Promise<Response> {
  for (let tries = 60; ; tries--) {
    try {
      return await ask();
    } catch (error) {
      if (tries === 0) throw error;
      await new Promise((resolve) => setTimeout(resolve, 500));
    }
  }
}
