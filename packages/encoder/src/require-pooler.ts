import { checkEncoder } from "./check-encoder.ts";
import type { Encoder } from "./encoder.ts";

/** For parameters that need a pooler: does not compile for an encoder whose type says that it has none. */
export type PooledEncoder<E extends Encoder = Encoder> = E extends { readonly hasPooler: false } ? never : E;

/** @throws if an encoder declares that it has no `pooledOutput` */
export function requirePooler(where: string, encoder: Encoder): void {
  checkEncoder(where, encoder);
  if (encoder.hasPooler === false)
    throw new Error(`${where}: the encoder has no pooler. Create it with { pooler: true }, or pass it a pooler.`);
}
