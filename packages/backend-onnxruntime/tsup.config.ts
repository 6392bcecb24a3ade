import { packageConfig } from "@bertkit/tooling/tsup";

export default packageConfig({
  entry: { index: "src/index.ts", "module-worker": "src/worker/module-worker.ts" },
});
