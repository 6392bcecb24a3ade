// Malicious texts and tables.
import { testAttacks } from "@bertkit/testing/test-attacks";
import { attacks } from "./texts.ts";

testAttacks(new URL("./texts.ts", import.meta.url), attacks, ["DatasetError"]);
