/** Where a file's storages lie. */
export interface StorageReader {
  /** The bytes of a storage from `start` up to, not including, `end`, both counted from its own beginning. */
  read(key: string, start: number, end: number): Promise<Uint8Array>;
}
