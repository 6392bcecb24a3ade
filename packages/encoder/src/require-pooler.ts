import type { Encoder } from "./encoder.ts";

/** @throws if an encoder declares that it has no `pooledOutput` */
export function requirePooler(where: string, encoder: Encoder): void {
  if (encoder.hasPooler === false)
    throw new Error(`${where}: the encoder has no pooler. Create it with { pooler: true }, or pass it a pooler.`);
}
