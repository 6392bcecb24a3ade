import { existsSync, readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

/** The repository's root folder. */
export const root: string = fileURLToPath(new URL("../../../", import.meta.url));

export interface Manifest {
  name: string;
  description?: string;
  license?: string;
  keywords?: string[];
  homepage?: string;
  bugs?: string;
  type?: string;
  sideEffects?: boolean | string[];
  files?: string[];
  engines?: { node?: string };
  repository?: { type: string; url: string; directory: string };
  imports?: Record<string, { node: string; default: string }>;
  exports: Record<string, string>;
  publishConfig?: {
    access?: string;
    imports?: Record<string, { node: string; default: string }>;
    exports: Record<string, string | { types: string; default: string }>;
  };
  dependencies?: Record<string, string>;
  devDependencies?: Record<string, string>;
  peerDependencies?: Record<string, string>;
  peerDependenciesMeta?: Record<string, { optional: boolean }>;
}

export interface PublicPackage {
  /** The name of its folder under packages/. */
  folder: string;
  path: string;
  manifest: Manifest;
}

/** All published packages: the folders under packages/. */
export const publicPackages: readonly PublicPackage[] = readdirSync(join(root, "packages"))
  .filter((folder) => existsSync(join(root, "packages", folder, "package.json")))
  .map((folder) => {
    const path = join(root, "packages", folder);
    return { folder, path, manifest: JSON.parse(readFileSync(join(path, "package.json"), "utf8")) as Manifest };
  });
