import { expect, it } from "vitest";

import { printable } from "./printable.ts";

it("escapes what drives a terminal or ends a line, and nothing else", () => {
  expect(printable("a\n\r\t\u001b[31m\u009b\u202e\u2028b")).toBe(
    "a\\u{a}\\u{d}\\u{9}\\u{1b}[31m\\u{9b}\\u{202e}\\u{2028}b",
  );
  expect(printable("naïve 漢字 👩‍💻 ‰")).toBe("naïve 漢字 👩‍💻 ‰");
});
