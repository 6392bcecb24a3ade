import { expect, it } from "vitest";
import { standIn } from "./stand-in.ts";

it("recognizes a pointer of Git LFS and a web page", () => {
  expect(standIn("version https://git-lfs.github.com/spec/v1\noid sha256:0")).toMatch(/^is a pointer .*`git lfs pull`/);
  for (const page of ["<!DOCTYPE html>\n", "\ufeff\n  <html lang=en>", '<?xml version="1.0"?><Error>'])
    expect(standIn(page), page).toMatch(/^is a web page/);
});

it("takes other files for what they are", () => {
  for (const text of [
    "",
    "<s>\n</s>\n",
    "<unk>\n",
    "<!-- a comment -->",
    "[PAD]\n",
    "version\nhttps\n",
    "<",
    '{"a":1}',
  ])
    expect(standIn(text), text).toBeUndefined();
});
