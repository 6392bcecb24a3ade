/** Two block handles of up to 20 bytes, padded, and the magic number. */
export const footerSize = 48;
/** The compression type, and the checksum of block and type. */
export const blockTrailerSize = 5;
export const compressions = { none: 0, snappy: 1 } as const;
/** 0xdb4775248b80fb57, low half first. */
export const tableMagic: readonly [number, number] = [0x8b80fb57, 0xdb477524];
