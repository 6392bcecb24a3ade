/** Random access to bytes. */
export interface RandomAccess {
  readonly size: number;
  /** The bytes from `start` to `end`, exclusive. */
  readonly read: (start: number, end: number) => Promise<Uint8Array>;
  readonly close?: () => Promise<void>;
}
