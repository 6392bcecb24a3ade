import type { Options } from "tsup";
/** Bundles an import of the union package as tfjs-core's gradients alone. */
export declare function gradients(): NonNullable<Options["esbuildPlugins"]>[number];
