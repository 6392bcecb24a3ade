// Tests of public projects that run on tfjs-node, from their npm packages, with that one import changed to this backend.
import { readdirSync } from "node:fs";
import { join } from "node:path";
import type { Consumer } from "./workshop.ts";

export interface Project {
  readonly name: string;
  readonly version: string;
  /** Packages that its tests need besides TensorFlow.js. */
  readonly needs?: string;
}

/** Packages that ship their compiled tests. */
export const projects: readonly Project[] = [
  { name: "@tensorflow-models/speech-commands", version: "0.5.4", needs: "rimraf@2.6.2 tempfile@2" },
  { name: "@tensorflow-models/universal-sentence-encoder", version: "1.3.3" },
  { name: "@tensorflow-models/knn-classifier", version: "1.2.6" },
  { name: "@tensorflow-models/posenet", version: "2.2.2" },
];

export const installLine: string = [
  "npm install @bertkit/backend-onnxruntime @tensorflow/tfjs@4.22.0 esbuild@0.28 jasmine@3.99",
  ...projects.map(({ name, version, needs = "" }) => `${name}@${version} ${needs}`.trim()),
  "--legacy-peer-deps --ignore-scripts", // their peer ranges are of TensorFlow.js 3
].join(" ");

export interface Counts {
  readonly passed: number;
  readonly failed: number;
  readonly messages: readonly string[];
}

const core = "@tensorflow/tfjs-core/dist/";
/** Files of tfjs-core that the tests import: ES modules without file extensions, which Node does not load. */
const bundled = ["jasmine_util", "test_util"];

/**
 * Runs a project's tests on a backend.
 * @param instead the module that replaces `@tensorflow/tfjs-node` and registers the backend
 */
export async function runTests(
  consumer: Consumer,
  { name }: Project,
  instead: string,
  backend: string,
): Promise<Counts> {
  const tests = readdirSync(join(consumer.path, "node_modules", name, "dist"), { recursive: true, encoding: "utf8" })
    .filter((file) => file.endsWith("_test.js") && !file.endsWith("setup_test.js"))
    .toSorted();
  const at = `${name.split("/").at(-1)}-on-${backend}`;
  consumer.write({
    [`${at}.js`]: [
      `require("@tensorflow/tfjs");`, // tfjs-node loads it too: it adds the methods of tensors
      `require("@tensorflow/tfjs-node");`,
      `require("${core}jasmine_util").setTestEnvs([{ name: "${backend}", backendName: "${backend}", isDataSync: true }]);`,
      ...tests.map((file) => `require("./node_modules/${name}/dist/${file}");`),
    ].join("\n"),
    "run.mjs": runner,
  });
  await consumer.run(
    "esbuild",
    `${at}.js`,
    "--bundle",
    "--platform=node",
    "--log-level=error",
    `--outfile=${at}.cjs`,
    `--alias:@tensorflow/tfjs-node=${instead}`,
    ...bundled.map((file) => `--alias:${core}${file}=./node_modules/${core}${file}.js`),
    ...["@bertkit/backend-onnxruntime", "@tensorflow/tfjs-backend-cpu"].map((each) => `--external:${each}`),
    ...["", "-core", "-layers", "-converter", "-data"].map((part) => `--external:@tensorflow/tfjs${part}`),
  );
  return JSON.parse((await consumer.run("node", "run.mjs", `${at}.cjs`)).trim().split("\n").at(-1)!) as Counts;
}

const runner = `import Jasmine from "jasmine";
const runner = new Jasmine();
const counts = { passed: 0, failed: 0, messages: [] };
runner.clearReporters();
runner.addReporter({
  specDone({ status, fullName, failedExpectations }) {
    if (status === "passed") counts.passed++;
    else if (status === "failed") {
      counts.failed++;
      counts.messages.push(fullName + ": " + failedExpectations[0].message.slice(0, 200));
    }
  },
});
runner.loadConfig({ spec_dir: ".", spec_files: [process.argv[2]], random: false });
runner.exitOnCompletion = false;
jasmine.DEFAULT_TIMEOUT_INTERVAL = 120_000; // they train networks
await runner.execute();
console.log(JSON.stringify(counts));
process.exit(0);
`;
