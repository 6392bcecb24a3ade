import type { Options } from "tsup";
export declare function packageConfig(options?: Options): Options;
