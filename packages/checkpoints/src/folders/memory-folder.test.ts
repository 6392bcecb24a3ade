import { expect, it } from "vitest";
import { memoryFolder } from "./memory-folder.ts";

const content = "must be a Uint8Array, got";

it("keeps a copy of the bytes, and rejects what are no bytes", async () => {
  const folder = memoryFolder({ a: "é" });
  const bytes = Uint8Array.of(1, 2);
  await folder.write("b", bytes);
  bytes[0] = 9;
  expect([...folder.files]).toEqual([
    ["a", Uint8Array.of(195, 169)],
    ["b", Uint8Array.of(1, 2)],
  ]);
  const buffer = Buffer.from("cd");
  await folder.write("c", buffer);
  await folder.writePieces("d", buffer as never);
  buffer[0] = 9;
  for (const name of ["c", "d"]) expect(await folder.read(name)).toEqual(Uint8Array.of(0x63, 0x64));
  await expect(folder.write("b", "text" as never)).rejects.toThrow(`b: the content ${content} "text".`);
  await expect(folder.writePieces("b", undefined as never)).rejects.toThrow("b: the content must be a Uint8Array or");
  const pieces = {
    size: 3,
    async *[Symbol.asyncIterator]() {
      yield bytes;
    },
  };
  await expect(folder.writePieces("b", pieces)).rejects.toThrow("b: the pieces have 2 bytes, but their size is 3.");
  await expect(folder.writePieces("b", { ...pieces, size: 1 })).rejects.toThrow("b: the pieces have 2 bytes or more");
  const staged = await folder.stage();
  await expect(staged.write("b", [1] as never)).rejects.toThrow(`b: the content ${content} a list of 1.`);
  expect(() => memoryFolder({ a: 5 as never })).toThrow(`a: the content ${content} 5.`);
  expect(folder.files.get("b")).toEqual(Uint8Array.of(1, 2));
});
