export { encodeInParallel, EncoderPool } from "./encoder-pool.ts";
export type { EncoderPoolOptions } from "./encoder-pool.ts";
export type { AnyWorker } from "./start-worker.ts";
