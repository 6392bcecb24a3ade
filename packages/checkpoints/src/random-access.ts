/** Bytes that can be read in ranges: a file, a blob, a ranged HTTP resource. */
export interface RandomAccess {
  /** Bytes in all. */
  readonly size: number;
  /** What to call it in messages: a path or an address. */
  readonly label?: string;
  /** Whether every read gives new memory that nothing else refers to, never a view. Default false. */
  readonly fresh?: boolean;
  /** Exactly the bytes from `start` up to, not including, `end`. */
  read(start: number, end: number): Promise<Uint8Array>;
  close?(): Promise<void>;
}

/** Random access to bytes already in memory; reads are views. */
export function bytesSource(bytes: Uint8Array, label?: string): RandomAccess {
  return {
    size: bytes.length,
    ...(label !== undefined && { label }),
    read: async (start, end) => bytes.subarray(start, end),
  };
}
