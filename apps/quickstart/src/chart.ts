import { escapeControls } from "@bertkit/nn";

/** A curve of a chart. */
export interface Series {
  label: string;
  /** A CSS color. */
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

/** Narrow, so that the text remains readable on a phone. */
export const chartWidth = 480;
export const chartHeight = 270;

/** CSS for a page or figure with charts. */
export const chartStyle = `svg text { fill: currentColor; font-size: 12px; }
svg .title { font-size: 15px; font-weight: 600; }
svg .grid { stroke: #8883; }
svg .reference { stroke: currentColor; stroke-dasharray: 5 4; opacity: .6; }`;

const [width, height] = [chartWidth, chartHeight];
/** Margins for title, legend and axes, so that no text overlaps a curve. */
export const plotArea = { left: 56, right: width - 20, top: 64, bottom: height - 46 } as const;
const { left, right, top, bottom } = plotArea;
/** Approximate widths in a legend entry: of a character, and of the line. */
const [characterWidth, lineSampleWidth] = [6.4, 44];

/** A line chart as an SVG element for an HTML page; its text has the page's color. */
export function lineChart({ title, xLabel, series, references = [], format = String }: ChartOptions): string {
  const xs = series.flatMap(({ points }) => points.map(({ x }) => x));
  const ys = [...series.flatMap(({ points }) => points.map(({ y }) => y)), ...references.map(({ y }) => y)];
  const yTicks = ticks(Math.min(...ys), Math.max(...ys));
  const xTicks = ticks(Math.min(0, ...xs), Math.max(...xs)).filter((x) => x <= Math.max(...xs));
  const x = scale(0, Math.max(...xs), left, right);
  const y = scale(yTicks[0]!, yTicks.at(-1)!, bottom, top);
  const grid = yTicks.map(
    (tick) =>
      `<line x1="${left}" x2="${right}" y1="${y(tick)}" y2="${y(tick)}" class="grid"/>` +
      `<text x="${left - 8}" y="${y(tick) + 4}" text-anchor="end">${escape(format(tick))}</text>`,
  );
  const xAxis = xTicks.map(
    (tick) => `<text x="${x(tick)}" y="${bottom + 18}" text-anchor="middle">${tick.toLocaleString("en-US")}</text>`,
  );
  const lines = series.map(
    ({ color, points }) =>
      `<polyline fill="none" stroke="${escape(color)}" stroke-width="2" points="${points.map((p) => `${x(p.x)},${y(p.y)}`).join(" ")}"/>`,
  );
  const guides = references.map(
    (reference) => `<line x1="${left}" x2="${right}" y1="${y(reference.y)}" y2="${y(reference.y)}" class="reference"/>`,
  );
  return [
    `<svg viewBox="0 0 ${width} ${height}" role="img" aria-label="${escape(title)}">`,
    `<text x="${left}" y="20" class="title">${escape(title)}</text>`,
    ...legend(series, references),
    ...grid,
    ...xAxis,
    `<text x="${(left + right) / 2}" y="${height - 8}" text-anchor="middle">${escape(xLabel)}</text>`,
    ...guides,
    ...lines,
    "</svg>",
  ].join("\n");
}

/** The legend, between title and curves. */
function legend(series: readonly Series[], references: readonly Reference[]): string[] {
  const entries = [
    ...series.map(({ label, color }) => ({ label, style: `stroke="${escape(color)}" stroke-width="2"` })),
    ...references.map(({ label }) => ({ label, style: 'class="reference"' })),
  ];
  let at = left;
  return entries.map(({ label, style }) => {
    const entry = `<line x1="${at}" x2="${at + 22}" y1="42" y2="42" ${style}/><text x="${at + 28}" y="46">${escape(label)}</text>`;
    at += Math.round(lineSampleWidth + characterWidth * label.length);
    return entry;
  });
}

const entities: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

/**
 * Escapes text for an element or a quoted attribute of HTML or SVG. Control characters, which are invalid in XML,
 * become \u0000.
 */
export function escape(text: string): string {
  return escapeControls(text).replace(/[&<>"']/g, (character) => entities[character]!);
}

function scale(from: number, to: number, low: number, high: number): (value: number) => number {
  return (value) => Math.round((low + ((value - from) / (to - from || 1)) * (high - low)) * 10) / 10;
}

/** About five round numbers that enclose [low, high]. */
function ticks(low: number, high: number): number[] {
  const span = high - low || Math.abs(high) || 1;
  const power = 10 ** Math.floor(Math.log10(span / 4));
  const step = [1, 2, 5, 10].map((factor) => factor * power).find((candidate) => span / candidate <= 5) ?? 10 * power;
  const first = Math.floor(low / step);
  const last = Math.ceil(high / step);
  return Array.from({ length: last - first + 1 }, (_, i) => Number(((first + i) * step).toPrecision(12)));
}
