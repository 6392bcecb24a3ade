<<<<<<< HEAD
// npm run fuzz -- NAME [CASES]: the tests of packages/NAME with random input, at length; or "runs", which kills training runs.
=======
// npm run fuzz -- NAME [CASES]: the tests of packages/NAME with random input, and its attacks, at length.
>>>>>>> a755e11 (Fuzz generated pickles, TensorFlow indexes, configs and tokenizer files in processes with limits a case; refuse every config.json as a CheckpointError)
import { spawn } from "node:child_process";
import { join } from "node:path";
import { setUp } from "./setup.mjs";
import { childEnvironment, root, stop } from "./workspace.mjs";

<<<<<<< HEAD
const fewest = { tokenizer: "1000000", checkpoints: "100000", runs: "20" };
=======
const fewest = { tokenizer: "1000000", checkpoints: "100000", bertkit: "20000" };
>>>>>>> a755e11 (Fuzz generated pickles, TensorFlow indexes, configs and tokenizer files in processes with limits a case; refuse every config.json as a CheckpointError)
const [name, cases = fewest[name]] = process.argv.slice(2);
if (fewest[name] === undefined)
  stop(
    `fuzz: ${name === undefined ? "a package's name is needed" : `nothing to fuzz is called ${name}`}. Run \`npm run fuzz -- NAME\` with one of: ${Object.keys(fewest).join(", ")}.`,
    2,
  );
if (!(Number(cases) > 0))
  stop(`fuzz: CASES must be a number above 0, got ${cases}. Run \`npm run fuzz -- ${name} 1000000\`.`, 2);
// Of the umbrella package nothing else takes random input.
const paths = (name === "bertkit" ? ["fuzz", "attacks"] : [""]).map((folder) => `packages/${name}/src/${folder}`);
await setUp();
const child = spawn(
  process.execPath,
<<<<<<< HEAD
  [
    join(root, "node_modules/vitest/vitest.mjs"),
    "run",
    name === "runs" ? "apps/quickstart/src/survive" : `packages/${name}/src`,
    "--testTimeout=0",
  ],
=======
  [join(root, "node_modules/vitest/vitest.mjs"), "run", ...paths, "--testTimeout=0"],
>>>>>>> a755e11 (Fuzz generated pickles, TensorFlow indexes, configs and tokenizer files in processes with limits a case; refuse every config.json as a CheckpointError)
  {
    cwd: root,
    env: { ...childEnvironment(), [name === "runs" ? "BERTKIT_KILLS" : "BERTKIT_FUZZ_CASES"]: cases },
    stdio: "inherit",
  },
);
child.on("exit", (code) => process.exit(code ?? 1));
