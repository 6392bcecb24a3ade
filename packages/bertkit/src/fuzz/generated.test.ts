// Folders of a tiny model with other fields in config.json: loaded and used, or refused.
import { testFuzz } from "@bertkit/testing/test-fuzz";
import { targets } from "./generated.ts";

testFuzz(new URL("./generated.ts", import.meta.url), targets, ["CheckpointError", "TokenizerError"], 200);
