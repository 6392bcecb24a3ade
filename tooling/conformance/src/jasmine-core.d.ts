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
