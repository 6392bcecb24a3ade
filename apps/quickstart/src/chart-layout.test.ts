import { describe, expect, it } from "vitest";

import { chartHeight, chartWidth, lineChart, plotArea } from "./chart.ts";

describe("lineChart", () => {
  it("writes no text over the curves, and none outside the picture", () => {
    const points = [1, 2000, 4000].map((x, i) => ({ x, y: [0.02, 0.2, 0.34][i]! }));
    const charts = [undefined, (y: number) => `${(100 * y).toFixed(0)} %`].map((format) =>
      lineChart({
        title: "Masked-LM accuracy",
        xLabel: "step",
        series: [{ label: "training batches", color: "#2a78d6", points }],
        references: [{ label: "word counts alone, held out", y: 0.0347 }],
        ...(format && { format }),
      }),
    );
    for (const chart of charts) {
      const texts = [...chart.matchAll(/<text x="([\d.]+)" y="([\d.]+)"([^>]*)>([^<]*)</g)];
      expect(texts.length).toBeGreaterThan(8);
      for (const [, x, y, attributes, text] of texts) {
        const [left, baseline] = [Number(x), Number(y)];
        const above = baseline < plotArea.top - 4;
        const below = baseline - 12 > plotArea.bottom - 4;
        const beside = left < plotArea.left && attributes!.includes('text-anchor="end"');
        expect(above || below || beside, text).toBe(true);
        expect(baseline).toBeLessThan(chartHeight);
        if (!attributes!.includes("text-anchor")) expect(left + 6.4 * text!.length, text).toBeLessThan(chartWidth);
      }
    }
  });

  it("keeps legend entries apart", () => {
    const chart = lineChart({
      title: "t",
      xLabel: "x",
      series: [{ label: "a rather long label", color: "red", points: [{ x: 1, y: 1 }] }],
      references: [{ label: "another", y: 2 }],
    });
    const [first, second] = [...chart.matchAll(/<line x1="(\d+)" x2="(\d+)" y1="42"/g)].map(([, from]) => Number(from));
    expect(second! - first!).toBeGreaterThan(28 + 6 * "a rather long label".length);
  });
});
