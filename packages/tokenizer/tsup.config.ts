import { packageConfig } from "@bertkit/tooling/tsup";

export default packageConfig({
  entry: {
    index: "src/index.ts",
    files: "src/files/index.ts",
    training: "src/training/index.ts",
    parallel: "src/parallel/index.ts",
    "encode-worker": "src/parallel/encode-worker.ts",
  },
});
