/** Bytes that can be read in ranges: a file, a blob, a ranged HTTP resource. */
export interface RandomAccess {
  /** Bytes in all. */
  readonly size: number;
  /** Exactly the bytes from `start` up to, not including, `end`. */
  read(start: number, end: number): Promise<Uint8Array>;
  close?(): Promise<void>;
}

/** Random access to bytes already in memory; reads are views. */
export function bytesSource(bytes: Uint8Array): RandomAccess {
  return { size: bytes.length, read: async (start, end) => bytes.subarray(start, end) };
}
