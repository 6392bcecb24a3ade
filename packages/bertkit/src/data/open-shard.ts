import type { ShardFile } from "@bertkit/datasets";

/** A shard that is being written, under a temporary name until it is closed. */
export interface OpenShard {
  readonly samples: number;
  /** Before compression. */
  readonly bytes: number;
  append(bytes: Uint8Array, samples: number): Promise<void>;
  close(): Promise<{ raw: ShardFile; zip: ShardFile | null }>;
  abort(): Promise<void>;
}
