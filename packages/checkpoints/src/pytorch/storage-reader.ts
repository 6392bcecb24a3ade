/** Where a file's storages lie. */
export interface StorageReader {
  /** The bytes of a storage from `start` up to, not including, `end`, both counted from its own beginning. */
  read(key: string, start: number, end: number): Promise<Uint8Array>;
}

/** A file's state dict as its pickle says it, and where its storages lie. */
export interface OpenedPickle {
  readonly root: unknown;
  /** The length of that pickle. */
  readonly pickleBytes: number;
  readonly storages: StorageReader;
}
