import { checkObject, shown } from "@bertkit/checks";

/** Bytes with ranged reads: a file, a blob, an HTTP resource. */
export interface RandomAccess {
  /** Total bytes. */
  readonly size: number;
  /** Its name in messages: a path or an address. */
  readonly label?: string;
  /** Whether every read returns new memory, never a view. Default false. */
  readonly fresh?: boolean;
  /** Exactly bytes [start, end). */
  read(start: number, end: number): Promise<Uint8Array>;
  close?(): Promise<void>;
}

/** Random access to bytes in memory; reads are views. */
export function bytesSource(bytes: Uint8Array, label?: string): RandomAccess {
  if (!(bytes instanceof Uint8Array))
    throw new TypeError(`bytesSource: bytes must be a Uint8Array, got ${shown(bytes)}. Pass the bytes of a file.`);
  return {
    size: bytes.length,
    ...(label !== undefined && { label }),
    read: async (start, end) => bytes.subarray(start, end),
  };
}

/** @throws TypeError unless a value can be read from */
export function checkRandomAccess(where: string, source: RandomAccess): void {
  checkObject(where, "source", source, "a RandomAccess, such as bytesSource gives", "size", "read");
}
