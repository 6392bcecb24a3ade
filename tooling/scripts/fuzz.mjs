// npm run fuzz -- NAME [CASES]: runs the randomized tests and attacks of packages/NAME with many cases; "runs" kills
// training runs.
import { spawn } from "node:child_process";
import { join } from "node:path";
import { setUp } from "./setup.mjs";
import { childEnvironment, root, stop } from "./workspace.mjs";

const fewest = { tokenizer: "1000000", checkpoints: "100000", bertkit: "20000", runs: "20" };
const [name, cases = fewest[name]] = process.argv.slice(2);
if (fewest[name] === undefined)
  stop(
    `fuzz: ${name === undefined ? "a name is required" : `unknown name ${name}`}. Run \`npm run fuzz -- NAME\` with one of: ${Object.keys(fewest).join(", ")}.`,
    2,
  );
if (!(Number(cases) > 0))
  stop(`fuzz: CASES must be a number above 0, got ${cases}. Run \`npm run fuzz -- ${name} 1000000\`.`, 2);
const paths = {
  runs: ["apps/quickstart/src/survive", "packages/bertkit/src/command-line/pretrain-command.test.ts"],
  bertkit: ["packages/bertkit/src/fuzz", "packages/bertkit/src/attacks"], // its only randomized tests
}[name] ?? [`packages/${name}/src`];
await setUp();
const child = spawn(
  process.execPath,
  [join(root, "node_modules/vitest/vitest.mjs"), "run", ...paths, "--testTimeout=0"],
  {
    cwd: root,
    env: { ...childEnvironment(), [name === "runs" ? "BERTKIT_KILLS" : "BERTKIT_FUZZ_CASES"]: cases },
    stdio: "inherit",
  },
);
child.on("exit", (code) => process.exit(code ?? 1));
