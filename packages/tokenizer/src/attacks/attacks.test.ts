// Files and texts made to exhaust time or memory.
import { testAttacks } from "@bertkit/testing/test-attacks";
import { attacks } from "./files.ts";

testAttacks(new URL("./files.ts", import.meta.url), attacks, ["TokenizerError", "RangeError"]);
