// Files and texts that are made to exhaust whoever reads them.
import { testAttacks } from "@bertkit/testing/test-attacks";
import { attacks } from "./files.ts";

testAttacks(new URL("./files.ts", import.meta.url), attacks, ["TokenizerError"]);
