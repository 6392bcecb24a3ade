import { describe, expect, it } from "vitest";
import { collect } from "../iterables/collect.ts";
import type { Source } from "../sources/source.ts";
import { readText } from "./read-text.ts";

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
const text = async (source: Source, options = {}): Promise<string> =>
  (await collect(readText(source, options))).join("");

describe("readText", () => {
  it("accepts text, bytes, iterables, streams and functions that open one", async () => {
    const expected = "žena 👍\n";
    expect(await text(expected)).toBe(expected);
    expect(await text(bytes(expected))).toBe(expected);
    expect(await text(["žena ", "👍\n"])).toBe(expected);
    expect(await text(new Blob([expected]).stream())).toBe(expected);
    expect(await text(async () => () => bytes(expected))).toBe(expected);
  });

  it("decodes characters split between chunks, and removes a byte order mark", async () => {
    const all = bytes("\ufeffa👍ž\ufeff");
    expect(await text([...all].map((byte) => Uint8Array.of(byte)))).toBe("a👍ž\ufeff");
    expect(await text(["", "\ufeffa"])).toBe("a");
  });

  it("reads a stream that is not an async iterable, and releases it", async () => {
    let canceled = false;
    const stream = new ReadableStream<Uint8Array>({
      pull: (controller) => controller.enqueue(bytes("a")),
      cancel: () => void (canceled = true),
    });
    const plain = { getReader: () => stream.getReader() } as unknown as ReadableStream<Uint8Array>;
    let read = "";
    for await (const piece of readText(plain)) if ((read += piece).length >= 5) break;
    expect(read).toBe("aaaaa"); // the first four bytes are checked together
    expect(canceled).toBe(true);
  });

  it("names the file and the fix if bytes are not in the encoding", async () => {
    const latin = Uint8Array.of(0x63, 0x61, 0x66, 0xe9, 0x20);
    await expect(text(latin, { file: "menu.txt" })).rejects.toThrow(
      'readText: menu.txt, line 1: the bytes are not utf-8 text. Pass { encoding: "windows-1252" }',
    );
    expect(await text(latin, { encoding: "windows-1252" })).toBe("café ");
    const split = [bytes("a\nž").slice(0, 3), bytes("ž\nb\n").slice(1), latin];
    await expect(text(split)).rejects.toThrow("line 4: the bytes are not utf-8 text");
    const whole = Uint8Array.from([...bytes("ž\n\n"), ...latin, 10]);
    await expect(text([bytes("a\n"), whole])).rejects.toThrow("line 4: the bytes are not utf-8 text");
    await expect(text(bytes("é").slice(0, 1))).rejects.toThrow("not utf-8");
  });

  it.each([
    ["utf-16le", [0xff, 0xfe, 0x63, 0, 0xe9, 0]],
    ["utf-16be", [0xfe, 0xff, 0, 0x63, 0, 0xe9]],
  ])("names %s for its byte-order mark, whatever encoding is given", async (encoding, content) => {
    const utf16 = Uint8Array.from(content);
    for (const other of [undefined, "latin1", "windows-1252", encoding === "utf-16le" ? "utf-16be" : "utf-16le"])
      await expect(text(utf16, { file: "menu.txt", ...(other && { encoding: other }) })).rejects.toThrow(
        `text: they begin with the byte-order mark of ${encoding}. Pass { encoding: "${encoding}" }, or save it as UTF-8`,
      );
    expect(await text(utf16, { encoding })).toBe("cé");
  });
});
