import { boot } from "jasmine-core";

// The suite's files call describe, it and expect when they are loaded, so these must exist before.
boot();
