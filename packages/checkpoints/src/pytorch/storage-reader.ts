/** Reads the storages of a file. */
export interface StorageReader {
  /** Bytes [start, end) of a storage. */
  read(key: string, start: number, end: number): Promise<Uint8Array>;
}

/** The state dict of a file, and a reader for its storages. */
export interface OpenedPickle {
  readonly root: unknown;
  /** The length of the pickle. */
  readonly pickleBytes: number;
  readonly storages: StorageReader;
}
