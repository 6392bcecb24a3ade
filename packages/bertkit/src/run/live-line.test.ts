import { expect, test } from "vitest";
import { LiveLine } from "./live-line.ts";

function outputOf(terminal: { isTTY?: boolean; columns?: number }, show: (line: LiveLine) => void): string {
  let output = "";
  show(new LiveLine({ ...terminal, write: (text) => (output += text) }));
  return output;
}

test("rewrites its line in a terminal, never wider than that", () => {
  const show = (line: LiveLine) => {
    line.show("step 1 of 100");
    line.show("too soon");
    line.show("step \x1b[31m2", true);
    line.clear();
  };
  expect(outputOf({ isTTY: true, columns: 7 }, show)).toBe("\r\x1b[2Kstep 1\r\x1b[2Kstep \\\n\r\x1b[2K");
  expect(outputOf({ isTTY: true, columns: 0 }, show)).toBe("\r\x1b[2K\r\x1b[2K\n\r\x1b[2K");
});

test("prints whole lines into a pipe, few of them", () => {
  const show = (line: LiveLine) => {
    for (let step = 1; step <= 50; step++) line.show(`step ${step}`);
    line.show("step 50", true);
    line.clear();
  };
  expect(outputOf({}, show)).toBe("step 1\nstep 50\n");
});
