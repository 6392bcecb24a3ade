// The workspace's paths, and how to start its tools. Plain Node, before anything is installed.
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

/** The repository's root folder. */
export const root = fileURLToPath(new URL("../../", import.meta.url));

/** The root package.json. */
export const manifest = JSON.parse(readFileSync(new URL("../../package.json", import.meta.url), "utf8"));

/** "pnpm@x.y.z", as pinned in package.json; a hash after "+" is only for corepack. */
export const pnpmPin = manifest.packageManager.split("+")[0];

/** The command and arguments to run the pinned pnpm through npm, which downloads it on first use. */
export function pnpmCommand(args) {
  const npx = ["exec", "--yes", `--package=${pnpmPin}`, "--", "pnpm", ...args];
  const npm = process.env["npm_execpath"];
  // Under `npm run`, npm's own path is known and needs neither PATH nor a shell.
  return npm !== undefined && npm.endsWith("npm-cli.js") ? [process.execPath, [npm, ...npx]] : ["npm", npx];
}

/** The environment of child processes: without downloads by install scripts, and without npm's notices. */
export function childEnvironment() {
  return {
    ...process.env,
    ONNXRUNTIME_NODE_INSTALL: "skip",
    TURBO_TELEMETRY_DISABLED: "1",
    npm_config_update_notifier: "false",
  };
}

/** Exits with one line about the problem and the fix. */
export function stop(message, code = 1) {
  process.stderr.write(`${message}\n`);
  process.exit(code);
}
