import type { Options } from "tsup";
/** @param options tsup's, and the names of src/platform's pairs of files that package.json's `imports` choose between */
export declare function packageConfig(
  options?: Omit<Options, "entry" | "platform"> & { entry?: Record<string, string>; platform?: string[] },
): Options;
