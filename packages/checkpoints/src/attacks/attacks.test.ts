// Files made to exhaust time or memory.
import { testAttacks } from "@bertkit/testing/test-attacks";
import { attacks } from "./weights.ts";

testAttacks(new URL("./weights.ts", import.meta.url), attacks, ["CheckpointError"]);
