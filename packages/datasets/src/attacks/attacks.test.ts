// Texts and tables that are made to exhaust their reader.
import { testAttacks } from "@bertkit/testing/test-attacks";
import { attacks } from "./texts.ts";

testAttacks(new URL("./texts.ts", import.meta.url), attacks, ["DatasetError"]);
