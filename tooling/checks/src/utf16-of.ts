/**
 * The encoding of text that begins with UTF-16's byte-order mark: FF FE or FE FF. These bytes are not UTF-8, and
 * single-byte encodings would read them, and every second byte after them, as characters.
 */
export function utf16Of(start: Uint8Array): "utf-16le" | "utf-16be" | undefined {
  if (start[0] === 0xff && start[1] === 0xfe) return "utf-16le";
  if (start[0] === 0xfe && start[1] === 0xff) return "utf-16be";
  return undefined;
}
