import type { Options } from "tsup";
/**
 * @param options tsup's options, and `platform`: the names in src/platform that package.json's `imports` select by
 * condition
 */
export declare function packageConfig(
  options?: Omit<Options, "entry" | "platform"> & { entry?: Record<string, string>; platform?: string[] },
): Options;
