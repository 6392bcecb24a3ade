// tfjs-core's own test suite on WebGPU or WebGL: a page, bundled by ../bundle-page.ts. Its address says which, and
// whether with our patches.
import { environment } from "./jasmine-globals.ts";
import "./test-environment.ts";
import "@tensorflow/tfjs-core/dist/tests";
import { runDescribedTests, type SuiteReport } from "../results.ts";

declare global {
  interface Window {
    report: Promise<SuiteReport>;
  }
}

const start = performance.now();
globalThis.window.report = runDescribedTests(environment).then((tests) => ({
  tests,
  milliseconds: performance.now() - start,
  fallbacks: {},
}));
