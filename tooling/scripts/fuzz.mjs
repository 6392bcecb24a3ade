// npm run fuzz -- NAME [CASES]: the tests of packages/NAME that compare with a reference on random input, at length.
import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { setUp } from "./setup.mjs";
import { childEnvironment, root, stop } from "./workspace.mjs";

const [name, cases = "1000000"] = process.argv.slice(2);
if (name === undefined || !existsSync(join(root, "packages", name, "src")))
  stop(
    `fuzz: ${name === undefined ? "a package's name is needed" : `no package is called ${name}`}. Run \`npm run fuzz -- tokenizer 1000000\`.`,
    2,
  );
if (!(Number(cases) > 0))
  stop(`fuzz: CASES must be a number above 0, got ${cases}. Run \`npm run fuzz -- ${name} 1000000\`.`, 2);
await setUp();
const child = spawn(
  process.execPath,
  [join(root, "node_modules/vitest/vitest.mjs"), "run", `packages/${name}/src`, "--testTimeout=0"],
  {
    cwd: root,
    env: { ...childEnvironment(), BERTKIT_FUZZ_CASES: cases },
    stdio: "inherit",
  },
);
child.on("exit", (code) => process.exit(code ?? 1));
