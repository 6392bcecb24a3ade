// Files and texts made to exhaust time or memory.
import { testAttacks } from "@bertkit/testing/test-attacks";
import { attacks } from "./index.ts";

testAttacks(new URL("./index.ts", import.meta.url), attacks, ["TokenizerError", "RangeError"]);
