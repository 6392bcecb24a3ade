import { expect, test } from "vitest";

import { CallTimes, formatMilliseconds } from "./call-times.ts";

test.each([
  [0.4231, "0.42 ms"],
  [3.14, "3.1 ms"],
  [9.96, "10 ms"],
  [812.4, "812 ms"],
  [999.6, "1.00 s"],
  [4198, "4.20 s"],
  [12_345, "12.3 s"],
])("%d is %s", (milliseconds, text) => {
  expect(formatMilliseconds(milliseconds)).toBe(text);
});

test("shows the first call separately", () => {
  const times = new CallTimes();
  expect(String(times)).toBe("");
  times.add(800);
  expect(String(times)).toBe("first call 800 ms");
  for (const milliseconds of [30, 10, 40, 20]) times.add(milliseconds);
  expect(String(times)).toBe("first call 800 ms, later calls 25 ms (median of 4, last 20 ms)");
});
