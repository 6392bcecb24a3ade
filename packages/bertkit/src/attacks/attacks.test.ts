// Model folders made to exhaust time or memory.
import { testAttacks } from "@bertkit/testing/test-attacks";
import { attacks } from "./folders.ts";

testAttacks(new URL("./folders.ts", import.meta.url), attacks, ["CheckpointError", "TokenizerError"]);
