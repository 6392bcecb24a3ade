// Where the workspace lies and how its tools are started. Plain Node, nothing installed yet.
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

/** The repository's root folder. */
export const root = fileURLToPath(new URL("../../", import.meta.url));

/** The root package.json. */
export const manifest = JSON.parse(readFileSync(new URL("../../package.json", import.meta.url), "utf8"));

/** "pnpm@x.y.z", as package.json pins it; a hash after "+" is for corepack alone. */
export const pnpmPin = manifest.packageManager.split("+")[0];

/** The command and arguments that run the pinned pnpm through npm, which fetches it on first use. */
export function pnpmCommand(args) {
  const npx = ["exec", "--yes", `--package=${pnpmPin}`, "--", "pnpm", ...args];
  const npm = process.env["npm_execpath"];
  // Started by `npm run`, npm's own file is known and needs neither PATH nor a shell.
  return npm !== undefined && npm.endsWith("npm-cli.js") ? [process.execPath, [npm, ...npx]] : ["npm", npx];
}

/** The environment of every child: no install script downloads anything, and npm's own noise stays out. */
export function childEnvironment() {
  return {
    ...process.env,
    ONNXRUNTIME_NODE_INSTALL: "skip",
    TURBO_TELEMETRY_DISABLED: "1",
    npm_config_update_notifier: "false",
  };
}

/** Ends the program with one line that says what is wrong and what to do. */
export function stop(message, code = 1) {
  process.stderr.write(`${message}\n`);
  process.exit(code);
}
