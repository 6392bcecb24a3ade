import { packageConfig } from "@bertkit/tooling/tsup";

export default packageConfig({
  entry: {
    index: "src/index.ts",
    dialects: "src/dialects/index.ts",
    alignment: "src/alignment/index.ts",
    windows: "src/windows/index.ts",
    parts: "src/parts/index.ts",
    files: "src/files/index.ts",
    training: "src/training/index.ts",
    parallel: "src/parallel/index.ts",
    "encode-worker": "src/parallel/encode-worker.ts",
  },
});
