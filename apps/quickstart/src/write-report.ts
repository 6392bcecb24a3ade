import type { RunFolder } from "bertkit/node";

import { curvesSvg, reportHtml } from "./report.ts";
import type { Results } from "./results.ts";

/** Writes the results to the run's folder: report.html, its curves as curves.svg, and the numbers as results.json. */
export async function writeReport(run: RunFolder, results: Results): Promise<void> {
  await run.write("report.html", reportHtml(results));
  await run.write("curves.svg", curvesSvg(results));
  await run.write("results.json", JSON.stringify(results, withoutInstances, 2));
}

/** Leaves out the scores of single instances. */
function withoutInstances(key: string, value: unknown): unknown {
  return key === "instances" ? undefined : value;
}
