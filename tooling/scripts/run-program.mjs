// Runs a TypeScript program of the workspace from source, as if it had been started directly.
import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { createRequire } from "node:module";
import { constants } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { setUp } from "./setup.mjs";
import { childEnvironment, root, stop } from "./workspace.mjs";

// npm forwards Ctrl-C to a child that already got it from the terminal: a second one this soon is a duplicate.
const sameSignalWithinMilliseconds = 300;

/** Sets up, runs `file` (relative to the root) with `args`, and exits with its exit code. */
export async function runProgram(file, args) {
  await setUp();
  const path = join(root, file);
  if (!existsSync(path)) stop(`${file} does not exist in this checkout. Run \`git status\`, or take a newer commit.`);
  const tsx = pathToFileURL(createRequire(join(root, "package.json")).resolve("tsx")).href;
  const watch = new URL("watch-parent.mjs", import.meta.url).href;
  const child = spawn(process.execPath, ["--import", watch, "--import", tsx, path, ...args], {
    cwd: root,
    env: childEnvironment(),
    // The channel carries no messages: when it closes, the child knows that this process was killed.
    stdio: ["inherit", "inherit", "inherit", "ipc"],
    // In its own process group the child only gets signals from here, so once; Windows has no such groups.
    detached: process.platform !== "win32",
  });
  passSignals(child);
  if (process.env["npm_lifecycle_event"] !== undefined) endWithNpm(child);
  child.on("error", (error) => stop(`${file}: Node could not be started: ${error.message}`));
  child.on("exit", (code, signal) => process.exit(code ?? 128 + (constants.signals[signal] ?? 0)));
}

function passSignals(child) {
  const last = new Map();
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) {
    process.on(signal, () => {
      const now = Date.now();
      const repeated = now - (last.get(signal) ?? 0) < sameSignalWithinMilliseconds;
      last.set(signal, now);
      if (!repeated && process.platform !== "win32") child.kill(signal);
    });
  }
}

/** Stops the child if npm, which started this process, was killed. */
function endWithNpm(child) {
  const npm = process.ppid;
  const watch = setInterval(() => {
    if (process.ppid === npm) return;
    clearInterval(watch);
    child.kill("SIGHUP");
  }, 500);
  watch.unref();
}
