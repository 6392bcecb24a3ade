// Folders that are made to exhaust whoever loads them.
import { testAttacks } from "@bertkit/testing/test-attacks";
import { attacks } from "./folders.ts";

testAttacks(new URL("./folders.ts", import.meta.url), attacks, ["CheckpointError", "TokenizerError"]);
