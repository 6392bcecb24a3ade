// Files of weights that are made from the format's own parts, sound ones and ones with faults between them.
import { testFuzz } from "@bertkit/testing/test-fuzz";
import { targets } from "./generated.ts";

testFuzz(new URL("./generated.ts", import.meta.url), targets, ["CheckpointError"], 1500);
