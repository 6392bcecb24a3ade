/** The used part of jasmine-core; @types/jasmine would declare a global describe and expect next to vitest's. */
declare module "jasmine-core" {
  interface Result {
    readonly fullName: string;
    readonly status: string;
    readonly failedExpectations: readonly { readonly message: string }[];
  }
  interface Environment {
    configure(options: { random: boolean }): void;
    clearReporters(): void;
    addReporter(reporter: { specDone(result: Result): void; suiteDone(result: Result): void }): void;
    execute(): Promise<unknown>;
  }
  /** Makes describe, it, expect and others global. Always returns the same object. */
  function boot(): { getEnv(): Environment };
}

/** The same in a page, where nothing boots it. */
declare module "jasmine-core/lib/jasmine-core/jasmine.js" {
  import type { Environment } from "jasmine-core";
  interface Jasmine {
    getEnv(): Environment;
  }
  function core(required: object): Jasmine;
  /** describe, it, expect and others. */
  function interface_(jasmine: Jasmine, environment: object): object;
  export { core, interface_ as interface };
}
