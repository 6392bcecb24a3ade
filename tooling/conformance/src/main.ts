// npm run test:tfjs [-- cpu wasm engine-wasm]: runs tfjs-core's own test suite on our Node backend, and on the named backends for
// comparison. Exits with 1 if a test not listed in exceptions.ts fails, or a listed one passes.
// npm run test:tfjs -- webgpu webgl: runs it in Chromium on these backends of TensorFlow.js, first as they are, then with
// the patches of useBackend. Exits with 1 if a test fails only with the patches.
import { bundleSuite } from "./bundle.ts";
import { bundlePage } from "./bundle-page.ts";
import { exceptions, invalidInPages } from "./exceptions.ts";
import type { SuiteReport } from "./results.ts";
import { runPage } from "./run-page.ts";
import { runSuite } from "./run-suite.ts";
import { judge, onlyFailing } from "./verdict.ts";

const own = "onnxruntime";
/** "engine-wasm" is our backend on onnxruntime-web's WebAssembly, as in a page. */
const comparable = ["cpu", "wasm", "engine-wasm"];
const inPages = ["webgpu", "webgl"];
const args = process.argv.slice(2);
const listFallbacks = args.includes("--fallbacks");
const listFailures = args.includes("--failures");
const named = args.filter((arg) => !arg.startsWith("--"));
const known = [...comparable, ...inPages, "--fallbacks", "--failures"];
const unknown = args.find((arg) => !known.includes(arg));
if (unknown !== undefined) {
  console.error(`test:tfjs: unknown backend ${unknown}. Use any of: ${known.join(", ")}.`);
  process.exit(2);
}
const pages = inPages.filter((name) => named.includes(name));
const others = comparable.filter((name) => named.includes(name));

const count = (number: number): string => number.toLocaleString("en-US");
const seconds = ({ milliseconds }: SuiteReport): string => `${(milliseconds / 1000).toFixed(1)} s`;
const reports = new Map<string, SuiteReport>();
process.exitCode = 0;
if (pages.length === 0 || others.length > 0) await inNode();
if (pages.length > 0) await inChromium();

async function inNode(): Promise<void> {
  const bundle = await bundleSuite();
  for (const backend of [own, ...others]) {
    const report = await runSuite(bundle, backend);
    reports.set(backend, report);
    const { passed, failed, excluded } = judge(report.tests, backend === own ? exceptions : []);
    console.log(
      `${backend}: ${count(passed)} passed, ${count(failed.length)} failed, ${count(excluded.length)} excluded, in ${seconds(report)}`,
    );
  }
  const { failed, stale } = judge(reports.get(own)!.tests, exceptions);
  for (const { name, message } of failed) console.log(`failed: ${name}\n        ${message}`);
  for (const { name } of stale)
    console.log(`listed in exceptions.ts, but does not fail: ${name}\n        Remove it from the list.`);
  for (const other of others) compare(other);
  if (listFallbacks) {
    console.log("kernels that ran in JavaScript, and how often:");
    const fallbacks = Object.entries(reports.get(own)!.fallbacks).toSorted(([, a], [, b]) => b - a);
    for (const [name, calls] of fallbacks) console.log(`  ${name} ${count(calls)}`);
  }
  if (failed.length + stale.length > 0) process.exitCode = 1;
}

/** Prints the tests that only one of the two passes, by name; tfjs uses some names twice. */
function compare(other: string): void {
  const [ours, theirs] = [reports.get(own)!.tests, reports.get(other)!.tests];
  const [onlyOurs, onlyTheirs] = [onlyFailing(theirs, ours), onlyFailing(ours, theirs)];
  console.log(
    `against ${other}: ${onlyOurs.length} names pass on ${own} alone, ${onlyTheirs.length} on ${other} alone`,
  );
  for (const { name } of onlyTheirs) console.log(`  only on ${other}: ${name}`);
}

async function inChromium(): Promise<void> {
  const scripts = await bundlePage();
  for (const backend of pages) {
    const [stock, patched] = [await runPage(scripts, backend, false), await runPage(scripts, backend, true)];
    for (const [what, report] of [
      ["as it is", stock],
      ["patched", patched],
    ] as const) {
      const { passed, failed } = judge(report.tests, []);
      console.log(`${backend} ${what}: ${count(passed)} passed, ${count(failed.length)} failed, in ${seconds(report)}`);
    }
    const { excluded, failed: worse } = judge(onlyFailing(patched.tests, stock.tests), invalidInPages);
    const better = onlyFailing(stock.tests, patched.tests);
    console.log(
      `${backend}: ${better.length} names pass only with the patches, ${worse.length} only without, ${excluded.length} excluded`,
    );
    for (const { name, message } of worse) console.log(`failed only with the patches: ${name}\n        ${message}`);
    for (const { name } of excluded) console.log(`excluded: ${name}`);
    if (listFailures)
      for (const { name, message } of judge(patched.tests, []).failed) console.log(`  fails: ${name}: ${message}`);
    if (worse.length > 0 || patched.tests.length !== stock.tests.length) process.exitCode = 1;
  }
}
