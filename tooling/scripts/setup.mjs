// Set-up of a fresh clone: checks Node's version and installs the locked dependencies with the pinned pnpm. Later calls
// return at once.
import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { childEnvironment, manifest, pnpmCommand, pnpmPin, root, stop } from "./workspace.mjs";

const stampFile = join(root, "node_modules", ".bertkit-setup");
// pnpm writes the lockfile of its last install here.
const installedLock = join(root, "node_modules", ".pnpm", "lock.yaml");

/** Installs the dependencies of pnpm-lock.yaml, or exits with the fix. */
export async function setUp() {
  checkNode();
  if (existsSync(stampFile) && readFileSync(stampFile, "utf8") === fingerprint()) return;
  process.stderr.write(`set-up: installing the locked dependencies with ${pnpmPin} …\n`);
  const { code, output } = await install();
  if (code !== 0) stop(`set-up: \`pnpm install --frozen-lockfile\` failed. ${fix(output)}`);
  writeFileSync(stampFile, fingerprint());
}

function checkNode() {
  const minimum = manifest.engines.node.replace(/^>=/, "");
  if (compareVersions(process.versions.node, minimum) < 0) {
    stop(
      `set-up: Node ${minimum} or later is needed, got ${process.versions.node}. Install it from https://nodejs.org and run the command again.`,
    );
  }
}

/** Negative if `a` is the older of two dotted versions. */
export function compareVersions(a, b) {
  const [left, right] = [a, b].map((version) => version.split(".").map(Number));
  for (let i = 0; i < Math.max(left.length, right.length); i++) {
    const difference = (left[i] ?? 0) - (right[i] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}

/** A fingerprint of the locked dependencies, the installed ones and the platform. */
function fingerprint() {
  const hash = createHash("sha256");
  for (const file of [join(root, "pnpm-lock.yaml"), join(root, "pnpm-workspace.yaml"), installedLock]) {
    hash.update(existsSync(file) ? readFileSync(file) : "absent").update("\0");
  }
  return `${pnpmPin} ${process.platform} ${process.arch} ${hash.digest("hex")}\n`;
}

/** Runs the install; shows its output on stderr and keeps it for the diagnosis. */
function install() {
  const [command, args] = pnpmCommand(["install", "--frozen-lockfile", "--reporter=append-only"]);
  return new Promise((resolve) => {
    let output = "";
    const child = spawn(command, args, {
      cwd: root,
      env: childEnvironment(),
      stdio: ["ignore", "pipe", "pipe"],
      shell: process.platform === "win32" && command === "npm",
    });
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding("utf8").on("data", (text) => {
        output += text;
        process.stderr.write(text);
      });
    }
    child.on("error", (error) => resolve({ code: 1, output: output + error.message }));
    child.on("close", (code) => resolve({ code: code ?? 1, output }));
  });
}

const fixes = [
  [
    /ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ETIMEDOUT|ENETUNREACH|ERR_PNPM_META_FETCH_FAIL|fetch failed|error sending request|dns error/i,
    "The npm registry cannot be reached: connect to the network (or name a mirror with `npm config set registry URL`) and run the command again.",
  ],
  [
    /E401|E403|ERR_PNPM_FETCH_40[13]/,
    "The npm registry refused access: check `npm config get registry` and its credentials, and run the command again.",
  ],
  [
    /CERT|self.signed/i,
    "The registry's certificate is not trusted: set NODE_EXTRA_CA_CERTS to your network's certificate file, and run the command again.",
  ],
  [/ENOSPC|no space left/i, "The disk is full: free about 2 GB and run the command again."],
  [
    /EACCES|EPERM|EROFS|permission denied/i,
    "A file may not be written: make this folder and npm's cache (`npm config get cache`) yours, and run the command again.",
  ],
  [
    /OUTDATED_LOCKFILE|frozen-lockfile/,
    `pnpm-lock.yaml does not match the package.json files: run \`npx ${pnpmPin} install\` and commit the lock.`,
  ],
  [/spawn npm ENOENT/, "npm was not found: install Node with npm from https://nodejs.org and run the command again."],
];

/** One sentence on how to fix a failed install. */
export function fix(output) {
  // The command line contains the flag too, so only pnpm's own message about the lock counts.
  const messages = output.replaceAll("install --frozen-lockfile", "");
  return (
    fixes.find(([symptom]) => symptom.test(messages))?.[1] ??
    "Its last lines above say why; remove node_modules and run the command again."
  );
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await setUp();
