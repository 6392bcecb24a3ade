// Tokenizer files with mutated fields, and random texts through those that are still valid.
import { testFuzz } from "@bertkit/testing/test-fuzz";
import { targets } from "./generated.ts";

testFuzz(new URL("./generated.ts", import.meta.url), targets, ["TokenizerError"], 2000);
