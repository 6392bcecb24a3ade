import { packageConfig } from "@bertkit/tooling/tsup";

export default packageConfig({
  entry: {
    index: "src/index.ts",
    parallel: "src/parallel/index.ts",
    "encode-worker": "src/parallel/encode-worker.ts",
  },
});
