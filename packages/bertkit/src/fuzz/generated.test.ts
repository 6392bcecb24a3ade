// Folders of a tiny model with mutated fields in config.json: loaded and used, or rejected.
import { testFuzz } from "@bertkit/testing/test-fuzz";
import { targets } from "./generated.ts";

testFuzz(new URL("./generated.ts", import.meta.url), targets, ["CheckpointError", "TokenizerError"], 200);
