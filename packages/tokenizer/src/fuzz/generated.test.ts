// Files of a tokenizer whose fields are changed, and texts through what can be read of them.
import { testFuzz } from "@bertkit/testing/test-fuzz";
import { targets } from "./generated.ts";

testFuzz(new URL("./generated.ts", import.meta.url), targets, ["TokenizerError"], 2000);
