// npm test: set-up, checks, all tests, and a last line with counts. With arguments only those tests run, without
// checks.
import { spawn } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { chromiumMissing, findChromium, findSoftwareVulkan } from "../testing/src/find-chromium.mjs";
import { runChecks } from "./checks.mjs";
import { setUp } from "./setup.mjs";
import { childEnvironment, root } from "./workspace.mjs";

await setUp();
if (findChromium() === undefined) process.stdout.write(`${chromiumMissing()}\n`);
const narrowed = process.argv.slice(2);
const failedChecks = narrowed.length > 0 ? [] : await runChecks();
const { passed, failed, skipped } = await runTests(narrowed);
for (const name of failedChecks) process.stdout.write(`failed check: ${name}\n`);
const allFailed = failed + failedChecks.length;
process.stdout.write(`${passed} passed, ${allFailed} failed, ${skipped} skipped\n`);
process.exitCode = allFailed > 0 ? 1 : 0;

/** Runs vitest and counts from its JSON report; a failure outside of tests counts as one. */
async function runTests(filters) {
  const folder = mkdtempSync(join(tmpdir(), "bertkit-tests-"));
  const report = join(folder, "report.json");
  try {
    const code = await vitest([
      "run",
      "--reporter=default",
      "--reporter=json",
      `--outputFile.json=${report}`,
      ...filters,
    ]);
    if (!existsSync(report)) return { passed: 0, failed: 1, skipped: 0 };
    return count(JSON.parse(readFileSync(report, "utf8")), code);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function count(report, code) {
  const filesThatBroke = report.testResults.filter(
    ({ status, assertionResults }) => status === "failed" && !assertionResults.some((test) => test.status === "failed"),
  ).length;
  const failed = report.numFailedTests + filesThatBroke;
  return {
    passed: report.numPassedTests,
    failed: failed === 0 && code !== 0 ? 1 : failed,
    skipped: report.numPendingTests + report.numTodoTests,
  };
}

function vitest(args) {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, [join(root, "node_modules", "vitest", "vitest.mjs"), ...args], {
      cwd: root,
      env: { ...childEnvironment(), ...findSoftwareVulkan() },
      stdio: "inherit",
    });
    child.on("error", () => resolve(1));
    child.on("exit", (code) => resolve(code ?? 1));
  });
}
