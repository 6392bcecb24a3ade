// Generated weight files, valid ones and ones with structural faults.
import { testFuzz } from "@bertkit/testing/test-fuzz";
import { targets } from "./generated.ts";

testFuzz(new URL("./generated.ts", import.meta.url), targets, ["CheckpointError"], 1500);
