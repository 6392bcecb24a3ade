const pointer = "version https://git-lfs";
const page = /^\s*<(?:!doctype\s+html|html|head|\?xml)\b/i;

/**
 * What the text at the beginning of a file shows if something else lies in its place, and the cure, as the rest of a
 * sentence about the file; undefined for any other text. The first 64 characters suffice.
 */
export function standIn(start: string): string | undefined {
  const text = start.slice(0, 64).replace(/^\ufeff/, "");
  if (text.startsWith(pointer))
    return "is a pointer of Git LFS, not the file: run `git lfs pull` in the clone, or download the file itself";
  return page.test(text) ? "is a web page, not the file: correct the address, and download the file itself" : undefined;
}
