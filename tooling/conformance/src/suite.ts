// tfjs-core's own test suite against one backend: a process of its own, bundled by bundle.ts.
import "./jasmine-globals.ts";
import "./test-environment.ts";
import "@tensorflow/tfjs-core/dist/tests";
import { runJasmine } from "./run-jasmine.ts";

await runJasmine();
