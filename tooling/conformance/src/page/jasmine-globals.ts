import * as jasmineRequire from "jasmine-core/lib/jasmine-core/jasmine.js";

/** Jasmine's environment in a page. The suite's files call describe, it and expect when they are loaded. */
const jasmine = jasmineRequire.core(jasmineRequire);
export const environment = jasmine.getEnv();
Object.assign(globalThis, jasmineRequire.interface(jasmine, environment), { jasmine });
