import type { Encoder } from "./encoder.ts";

/** Throws, in the name of `where`, if an encoder says that it gives no `pooledOutput`. */
export function requirePooler(where: string, encoder: Encoder): void {
  if (encoder.hasPooler === false)
    throw new Error(
      `${where}: reads the pooled vector of [CLS], and the encoder has no pooler. Create it with { pooler: true }, or pass it one.`,
    );
}
