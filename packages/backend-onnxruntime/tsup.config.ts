import { packageConfig } from "@bertkit/tooling/tsup";

export default packageConfig({
  entry: {
    index: "src/index.ts",
    compile: "src/compile/index.ts",
    export: "src/export/index.ts",
    web: "src/web/index.ts",
    worker: "src/worker/index.ts",
    "module-worker": "src/worker/module-worker.ts",
    "page-worker": "src/page-worker/index.ts",
  },
  platform: ["collect-garbage", "source-position"],
});
