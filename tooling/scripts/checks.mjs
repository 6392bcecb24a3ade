// The checks other than tests: each has a name and commands that must succeed.
import { spawn } from "node:child_process";
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { childEnvironment, pnpmCommand, root } from "./workspace.mjs";

const bin = (name) => join(root, "node_modules", ".bin", name);

/** Runs every check, prints a line for each, and returns the names of those that failed. */
export async function runChecks() {
  const environment = { ...childEnvironment(), PATH: await pathWithPnpm(), FORCE_COLOR: "0" };
  const run = (command, ...args) => capture(command, args, { cwd: root, env: environment });
  const checks = [
    ["lint (oxlint)", () => run(bin("oxlint"), "--deny-warnings")],
    ["format (oxfmt)", () => run(bin("oxfmt"), "--check")],
    ["levels and arrows", () => run(process.execPath, join(root, "tooling/scripts/check-levels.mjs"))],
    ["boundaries (turbo)", () => run(bin("turbo"), "boundaries")],
    // One tsc for all packages is five times faster than one each; the build checks isolated declarations.
    ["types (tsc)", () => run(bin("tsc"), "--noEmit")],
    ["dependency ranges (sherif)", () => run(bin("sherif"))],
    ["dead code (knip)", () => run(bin("knip"), "--no-progress")],
    ["build (tsup)", () => run(bin("turbo"), "run", "build", "--output-logs=errors-only", "--continue")],
    ["tarballs (publint, attw)", () => checkTarballs(run)],
    [
      "tfjs-core's own tests (jasmine)",
      () => run(process.execPath, "--import", "tsx", "tooling/conformance/src/main.ts"),
    ],
  ];
  const failed = [];
  for (const [name, check] of checks) {
    const started = Date.now();
    const { code, output } = await check();
    const counts = /^.+: [\d,]+ passed, .+ excluded/m.exec(output)?.[0];
    const seconds = ((Date.now() - started) / 1000).toFixed(1);
    if (code !== 0) {
      failed.push(name);
      process.stdout.write(`${output.trimEnd()}\n`);
    }
    process.stdout.write(`${code === 0 ? "ok    " : "FAILED"} ${name}, ${seconds} s${counts ? ` (${counts})` : ""}\n`);
  }
  return failed;
}

/** Packs every public package as for publishing, and checks the tarball with publint and attw. */
async function checkTarballs(run) {
  const folder = mkdtempSync(join(tmpdir(), "bertkit-tarballs-"));
  try {
    const packed = await run(
      "pnpm",
      "--recursive",
      "--filter=./packages/*",
      "exec",
      "pnpm",
      "pack",
      "--pack-destination",
      folder,
    );
    if (packed.code !== 0) return packed;
    const reports = [];
    for (const name of readdirSync(folder)) {
      const tarball = join(folder, name);
      reports.push(
        await run(bin("publint"), "run", tarball, "--strict"),
        await run(bin("attw"), tarball, "--profile", "esm-only", "--format", "ascii"),
      );
    }
    const faults = reports.filter(({ code }) => code !== 0);
    return { code: faults.length === 0 ? 0 : 1, output: faults.map(({ output }) => output).join("\n") };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** A PATH with the pinned pnpm, which turbo calls by name. */
async function pathWithPnpm() {
  const [command, args] = pnpmCommand(["exec", process.execPath, "--print", "process.env.PATH"]);
  const { output } = await capture(command, args, {
    cwd: root,
    env: childEnvironment(),
    stdio: ["ignore", "pipe", "inherit"],
  });
  return `${output.trim()}${delimiter}${process.env["PATH"] ?? ""}`;
}

function capture(command, args, options) {
  return new Promise((resolve) => {
    let output = "";
    const child = spawn(command, args, {
      stdio: ["ignore", "pipe", "pipe"],
      shell: process.platform === "win32",
      ...options,
    });
    for (const stream of [child.stdout, child.stderr])
      stream?.setEncoding("utf8").on("data", (text) => (output += text));
    child.on("error", (error) => resolve({ code: 1, output: `${command}: ${error.message}\n` }));
    child.on("close", (code) => resolve({ code: code ?? 1, output }));
  });
}
