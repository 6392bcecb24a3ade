/** As much of jasmine-core as is used here; @types/jasmine would put its own describe and expect beside vitest's. */
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
  /** Makes describe, it, expect and the rest global. Returns the same object whenever it is called. */
  function boot(): { getEnv(): Environment };
}
