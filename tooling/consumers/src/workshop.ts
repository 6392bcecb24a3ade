// Packs every public package once, and installs from the tarballs into fresh folders outside the workspace.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { root } from "@bertkit/testing/packages";
// @boundaries-ignore the scripts are not a package: they run before anything is installed
import { childEnvironment, pnpmCommand } from "../../scripts/workspace.mjs";
import { startRegistry } from "./registry.ts";
import { run } from "./run.ts";

/** A user's project folder. */
export interface Consumer {
  readonly path: string;
  write(files: Readonly<Record<string, string>>): void;
  /** Runs a program of node_modules/.bin, or `node`. */
  run(command: string, ...args: string[]): Promise<string>;
}

export interface Workshop {
  /** @param line the install line of a README: `npm install …` */
  install(name: string, line: string): Promise<Consumer>;
  close(): void;
}

/** A user's environment: install scripts run, and NODE_PATH, set by pnpm, does not point to the workspace. */
const usersEnvironment: NodeJS.ProcessEnv = { ONNXRUNTIME_NODE_INSTALL: undefined, NODE_PATH: undefined };

export async function npmRegistry(): Promise<string> {
  return (await run("npm", ["config", "get", "registry"], { cwd: root })).trim();
}

/** Builds and packs the packages, or uses the existing tarballs in BERTKIT_TARBALLS. */
export async function openWorkshop(): Promise<Workshop> {
  const folder = mkdtempSync(join(tmpdir(), "bertkit-consumers-"));
  const tarballs = process.env["BERTKIT_TARBALLS"] ?? (await packInto(join(folder, "tarballs")));
  const registry = await startRegistry(tarballs, await npmRegistry());
  return {
    async install(name, line) {
      const path = join(folder, name);
      const write: Consumer["write"] = (files) => {
        for (const [file, text] of Object.entries(files)) {
          mkdirSync(dirname(join(path, file)), { recursive: true });
          writeFileSync(join(path, file), text);
        }
      };
      write({ "package.json": JSON.stringify({ name, private: true }) });
      const [npm, ...args] = line.split(" ");
      const settings = [
        "--registry",
        registry.address,
        "--prefer-offline",
        "--no-audit",
        "--no-fund",
        "--no-package-lock",
      ];
      await run(npm!, [...args, ...settings], { cwd: path, env: usersEnvironment });
      return {
        path,
        write,
        run: (command, ...given) =>
          run(command === "node" ? process.execPath : resolve(path, "node_modules", ".bin", command), given, {
            cwd: path,
          }),
      };
    },
    close() {
      registry.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

async function packInto(folder: string): Promise<string> {
  mkdirSync(folder);
  const pnpm = async (...args: string[]): Promise<string> => {
    const [command, all] = pnpmCommand(args);
    return run(command, all, { cwd: root, env: childEnvironment() });
  };
  await pnpm("exec", "turbo", "run", "build", "--filter=./packages/*", "--output-logs=errors-only");
  await pnpm("--recursive", "--filter=./packages/*", "pack", "--pack-destination", folder);
  return folder;
}
