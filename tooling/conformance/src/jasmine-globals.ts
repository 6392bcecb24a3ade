import { boot } from "jasmine-core";

// The suite's files call describe, it and expect as they are loaded, so these must be there before.
boot();
