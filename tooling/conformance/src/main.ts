// npm run test:tfjs [-- cpu wasm engine-wasm]: runs tfjs-core's own test suite on our Node backend, and on the named backends for
// comparison. Exits with 1 if a test not listed in exceptions.ts fails, or a listed one passes.
import { bundleSuite } from "./bundle.ts";
import { exceptions } from "./exceptions.ts";
import type { SuiteReport } from "./run-jasmine.ts";
import { runSuite } from "./run-suite.ts";
import { judge } from "./verdict.ts";

const own = "onnxruntime";
/** "engine-wasm" is our backend on onnxruntime-web's WebAssembly, as in a page. */
const comparable = ["cpu", "wasm", "engine-wasm"];
const args = process.argv.slice(2);
const listFallbacks = args.includes("--fallbacks");
const others = args.filter((arg) => arg !== "--fallbacks");
const unknown = others.find((name) => !comparable.includes(name));
if (unknown !== undefined) {
  console.error(`test:tfjs: unknown backend ${unknown}. Use any of: ${comparable.join(", ")}, --fallbacks.`);
  process.exit(2);
}

const count = (number: number): string => number.toLocaleString("en-US");
const bundle = await bundleSuite();
const reports = new Map<string, SuiteReport>();
for (const backend of [own, ...others]) {
  const report = await runSuite(bundle, backend);
  reports.set(backend, report);
  const { passed, failed, excluded } = judge(report.tests, backend === own ? exceptions : []);
  console.log(
    `${backend}: ${count(passed)} passed, ${count(failed.length)} failed, ${count(excluded.length)} excluded, in ${(report.milliseconds / 1000).toFixed(1)} s`,
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
process.exitCode = failed.length + stale.length > 0 ? 1 : 0;

/** Prints the tests that only one of the two passes, by name; tfjs uses some names twice. */
function compare(other: string): void {
  const passing = (backend: string): Set<string> => {
    const { tests } = reports.get(backend)!;
    const failures = new Set(tests.filter((test) => !test.passed).map(({ name }) => name));
    return new Set(tests.map(({ name }) => name).filter((name) => !failures.has(name)));
  };
  const [ours, theirs] = [passing(own), passing(other)];
  const onlyTheirs = [...theirs].filter((name) => !ours.has(name));
  const onlyOurs = [...ours].filter((name) => !theirs.has(name));
  console.log(
    `against ${other}: ${onlyOurs.length} names pass on ${own} alone, ${onlyTheirs.length} on ${other} alone`,
  );
  for (const name of onlyTheirs) console.log(`  only on ${other}: ${name}`);
}
