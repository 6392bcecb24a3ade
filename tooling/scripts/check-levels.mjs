// Fails on imports and dependencies that violate the arrows of ARCHITECTURE.md or are undeclared, on Node modules that
// a browser would load, and on imports that bundlers cannot follow. `turbo boundaries` only knows levels; this knows
// each arrow.
import { existsSync, readFileSync, readdirSync } from "node:fs";
import { builtinModules } from "node:module";
import { dirname, join, relative, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import ts from "typescript";
import { arrows, builtIn, levels, packageName, testArrows } from "./arrows.mjs";
import { bareName, importFaults } from "./followable-imports.mjs";

/** Packages that only run in Node and may import its modules anywhere; bertkit's command line is not exported. */
const nodeOnly = new Set(["backend-onnxruntime"]);

/** All violations in the workspace at `root`, one sentence each. */
export function levelBreaches(root) {
  const breaches = arrowsPointingUp();
  const packages = join(root, "packages");
  for (const folder of readdirSync(packages)) {
    if (!existsSync(join(packages, folder, "package.json"))) continue;
    if (arrows[folder] === undefined)
      breaches.push(`packages/${folder}: is not in tooling/scripts/arrows.mjs. Add it to a level.`);
    else breaches.push(...packageBreaches(root, folder));
  }
  return breaches;
}

const levelOf = (folder) => levels.findIndex((level) => level.includes(folder));

/** Tests may use every package below, arrow or not. */
function lowerLevels(folder) {
  return levels.slice(0, levelOf(folder)).flat();
}

function arrowsPointingUp() {
  return Object.entries(arrows).flatMap(([from, targets]) =>
    targets
      .filter((to) => levelOf(to) >= levelOf(from))
      .map((to) => `arrows.mjs: ${from} → ${to} does not point to a lower level.`),
  );
}

/** Packages that a build bundles instead of depending on them, by source file. */
const bundled = { "packages/backend/src/platform/gradients.node.ts": "@tensorflow/tfjs" };

function packageBreaches(root, folder) {
  const home = join(root, "packages", folder);
  const manifest = JSON.parse(readFileSync(join(home, "package.json"), "utf8"));
  const allowed = new Set(arrows[folder].map(packageName));
  const allowedInTests = new Set([...allowed, ...builtIn, ...testArrows, ...lowerLevels(folder).map(packageName)]);
  const shipped = new Set(
    Object.keys({ ...manifest.dependencies, ...manifest.peerDependencies, ...manifest.optionalDependencies }),
  );
  const declared = new Set([...shipped, ...Object.keys(manifest.devDependencies ?? {})]);
  const optional = new Set(Object.keys(manifest.peerDependenciesMeta ?? {}));

  const breaches = [];
  for (const name of declared) {
    const permitted = shipped.has(name) ? allowed : allowedInTests;
    if (isOurs(name) && !permitted.has(name))
      breaches.push(`packages/${folder}/package.json: depends on ${name}, but no arrow allows it.`);
  }
  for (const file of sourceFiles(join(home, "src"))) {
    const isTest = /\.(test|test-d|bench)\.ts$|\/(attacks|fuzz)\//.test(file);
    const where = relative(root, file);
    if (!isTest) breaches.push(...importFaults(where, readFileSync(file, "utf8"), optional));
    for (const name of importedPackages(file)) {
      if (name === manifest.name || manifest.imports?.[name] !== undefined || builtIn.includes(name)) continue;
      if (isOurs(name) && !(isTest ? allowedInTests : allowed).has(name))
        breaches.push(`${where}: imports ${name}, but no arrow allows it.`);
      else if (
        !isBuiltin(name) &&
        bundled[where.replaceAll("\\", "/")] !== name &&
        !(isTest ? declared : shipped).has(name)
      )
        breaches.push(
          `${where}: imports ${name}, which package.json does not declare${isTest ? "" : " outside devDependencies"}.`,
        );
    }
  }
  if (!nodeOnly.has(folder)) breaches.push(...nodeModulesInBrowsers(root, home, manifest));
  return breaches;
}

/** Node modules reachable in a browser from an export whose name does not end in "/node". */
function nodeModulesInBrowsers(root, home, manifest) {
  const entries = Object.entries(manifest.exports ?? {}).filter(
    ([name, target]) => !name.endsWith("/node") && target.endsWith(".ts"),
  );
  const pending = entries.map(([, target]) => join(home, target));
  const seen = new Set(pending);
  const breaches = [];
  for (const file of pending) {
    if (!existsSync(file)) {
      breaches.push(`${relative(root, file)}: is exported or imported but does not exist.`);
      continue;
    }
    for (const name of specifiers(file)) {
      const specifier = manifest.imports?.[name]?.default ?? name;
      const from = specifier === name ? dirname(file) : home;
      if (isBuiltin(specifier) || specifier.endsWith("/node"))
        breaches.push(
          `${relative(root, file)}: imports ${specifier}, but browsers load this file. Export it under a "/node" subpath, or select it by condition in package.json's imports.`,
        );
      if (!specifier.startsWith(".") || !specifier.endsWith(".ts")) continue;
      const next = resolve(from, specifier);
      if (!seen.has(next)) {
        seen.add(next);
        pending.push(next);
      }
    }
  }
  return breaches;
}

function isOurs(name) {
  return name === "bertkit" || name.startsWith("@bertkit/");
}

function isBuiltin(specifier) {
  return specifier.startsWith("node:") || builtinModules.includes(specifier);
}

function importedPackages(file) {
  return new Set(
    specifiers(file)
      .filter((specifier) => !specifier.startsWith("."))
      .map((specifier) => (isBuiltin(specifier) ? specifier : bareName(specifier))),
  );
}

/** All modules that a file imports, re-exports, or loads by `import()` of a literal. */
function specifiers(file) {
  return ts.preProcessFile(readFileSync(file, "utf8"), true, true).importedFiles.map(({ fileName }) => fileName);
}

function sourceFiles(folder) {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(".ts") && !name.includes("__fixtures__"))
    .map((name) => join(folder, name));
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const breaches = levelBreaches(resolve(process.argv[2] ?? fileURLToPath(new URL("../../", import.meta.url))));
  for (const breach of breaches) process.stderr.write(`${breach}\n`);
  process.exit(breaches.length === 0 ? 0 : 1);
}
