/** Bytes by place. */
export interface RandomAccess {
  readonly size: number;
  /** The bytes from `start` to `end`, without `end`. */
  readonly read: (start: number, end: number) => Promise<Uint8Array>;
  readonly close?: () => Promise<void>;
}
