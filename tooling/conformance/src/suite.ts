// tfjs-core's own test suite on one backend: a separate process, bundled by bundle.ts.
import "./jasmine-globals.ts";
import "./test-environment.ts";
import "@tensorflow/tfjs-core/dist/tests";
import { runJasmine } from "./run-jasmine.ts";

await runJasmine();
