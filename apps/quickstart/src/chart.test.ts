import { expect, test } from "vitest";

import { escape, lineChart } from "./chart.ts";

const malicious = `</text></svg><script>alert(1)</script><img src=x onerror="alert(2)"> ' " & \0\x1b\u202e\ud800`;

test("text is escaped for elements, for attributes in either quotes, and for XML", () => {
  expect(escape(`<b a="1" c='2'>&amp;\x1b\n`)).toBe("&lt;b a=&quot;1&quot; c=&#39;2&#39;&gt;&amp;amp;\\u001b\\n");
});

test("no text of a chart becomes markup", () => {
  const chart = lineChart({
    title: malicious,
    xLabel: malicious,
    series: [{ label: malicious, color: malicious, points: [{ x: 0, y: 1 }] }],
    references: [{ label: malicious, y: 2 }],
    format: (y) => `${y}${malicious}`,
  });
  const tags = [...chart.matchAll(/<\/?([a-z]+)/g)].map(([, name]) => name);
  expect([...new Set(tags)].sort()).toEqual(["line", "polyline", "svg", "text"]);
  expect(chart).not.toMatch(/<script|<img|onerror="/);
  expect(chart.replaceAll("\n", "")).not.toMatch(/[\p{Cc}\p{Cs}\u202e]/u);
  // Every tag's attributes are name="value" and nothing else.
  for (const [tag] of chart.matchAll(/<[^>]*>/g)) expect(tag).toMatch(/^<\/?[a-z]+(?: [\w-]+="[^"<>]*")*\/?>$/i);
});
