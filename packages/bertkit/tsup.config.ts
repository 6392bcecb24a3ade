import { packageConfig } from "@bertkit/tooling/tsup";

export default packageConfig({
  entry: {
    index: "src/index.ts",
    node: "src/node.ts",
    worker: "src/worker.ts",
    cli: "src/command-line/cli.ts",
    "data-worker": "src/data/data-worker.ts",
    "pipeline-worker": "src/platform/pipeline-worker.ts",
  },
  platform: ["compile", "export-onnx", "folders", "own-worker", "pipeline-worker"],
});
