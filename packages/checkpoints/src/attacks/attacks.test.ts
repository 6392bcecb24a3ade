// Files that are made to exhaust whoever reads them.
import { testAttacks } from "@bertkit/testing/test-attacks";
import { attacks } from "./weights.ts";

testAttacks(new URL("./weights.ts", import.meta.url), attacks, ["CheckpointError"]);
