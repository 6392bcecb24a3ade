import { escapeControls } from "@bertkit/nn";

/** One curve of a chart. */
export interface Series {
  label: string;
  /** A CSS colour. */
  color: string;
  points: readonly { x: number; y: number }[];
}

/** A horizontal line to compare with. */
export interface Reference {
  label: string;
  y: number;
}

export interface ChartOptions {
  title: string;
  xLabel: string;
  series: readonly Series[];
  references?: readonly Reference[];
  format?: (y: number) => string;
}

export const chartWidth = 640;
export const chartHeight = 300;

/** What a page or figure that holds charts must style. */
export const chartStyle = `svg text { fill: currentColor; font-size: 12px; }
svg .title { font-size: 15px; font-weight: 600; }
svg .grid { stroke: #8883; }
svg .reference { stroke: currentColor; stroke-dasharray: 5 4; opacity: .6; }`;

const [width, height] = [chartWidth, chartHeight];
const margin = { top: 34, right: 16, bottom: 40, left: 56 };

/** A line chart as one SVG element, to stand in an HTML page; text takes the page's colour. */
export function lineChart({ title, xLabel, series, references = [], format = String }: ChartOptions): string {
  const xs = series.flatMap(({ points }) => points.map(({ x }) => x));
  const ys = [...series.flatMap(({ points }) => points.map(({ y }) => y)), ...references.map(({ y }) => y)];
  const yTicks = ticks(Math.min(...ys), Math.max(...ys));
  const xTicks = ticks(Math.min(0, ...xs), Math.max(...xs)).filter((x) => x <= Math.max(...xs));
  const x = scale(0, Math.max(...xs), margin.left, width - margin.right);
  const y = scale(yTicks[0]!, yTicks.at(-1)!, height - margin.bottom, margin.top);
  const grid = yTicks.map(
    (tick) =>
      `<line x1="${margin.left}" x2="${width - margin.right}" y1="${y(tick)}" y2="${y(tick)}" class="grid"/>` +
      `<text x="${margin.left - 8}" y="${y(tick) + 4}" text-anchor="end">${escape(format(tick))}</text>`,
  );
  const xAxis = xTicks.map(
    (tick) =>
      `<text x="${x(tick)}" y="${height - margin.bottom + 18}" text-anchor="middle">${tick.toLocaleString("en-US")}</text>`,
  );
  const lines = series.map(
    ({ color, points }) =>
      `<polyline fill="none" stroke="${escape(color)}" stroke-width="2" points="${points.map((p) => `${x(p.x)},${y(p.y)}`).join(" ")}"/>`,
  );
  const guides = references.map(
    (reference) =>
      `<line x1="${margin.left}" x2="${width - margin.right}" y1="${y(reference.y)}" y2="${y(reference.y)}" class="reference"/>` +
      `<text x="${width - margin.right}" y="${y(reference.y) - 5}" text-anchor="end">${escape(reference.label)}</text>`,
  );
  const legend = series.map(
    ({ label, color }, i) =>
      `<rect x="${margin.left + 200 * i}" y="${height - 12}" width="14" height="4" fill="${escape(color)}"/><text x="${margin.left + 20 + 200 * i}" y="${height - 6}">${escape(label)}</text>`,
  );
  return [
    `<svg viewBox="0 0 ${width} ${height}" role="img" aria-label="${escape(title)}">`,
    `<text x="${margin.left}" y="18" class="title">${escape(title)}</text>`,
    `<text x="${width - margin.right}" y="${height - 6}" text-anchor="end">${escape(xLabel)}</text>`,
    ...grid,
    ...xAxis,
    ...guides,
    ...lines,
    ...legend,
    "</svg>",
  ].join("\n");
}

const entities: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

/** Text for an element or a quoted attribute of HTML or SVG; control characters, which XML cannot hold, are escaped as \u0000. */
export function escape(text: string): string {
  return escapeControls(text).replace(/[&<>"']/g, (character) => entities[character]!);
}

function scale(from: number, to: number, low: number, high: number): (value: number) => number {
  return (value) => Math.round((low + ((value - from) / (to - from || 1)) * (high - low)) * 10) / 10;
}

/** Round numbers that enclose [low, high], about five. */
function ticks(low: number, high: number): number[] {
  const span = high - low || Math.abs(high) || 1;
  const power = 10 ** Math.floor(Math.log10(span / 4));
  const step = [1, 2, 5, 10].map((factor) => factor * power).find((candidate) => span / candidate <= 5) ?? 10 * power;
  const first = Math.floor(low / step);
  const last = Math.ceil(high / step);
  return Array.from({ length: last - first + 1 }, (_, i) => Number(((first + i) * step).toPrecision(12)));
}
