import { chromium as chromiumPath, chromiumFlags } from "@bertkit/testing";
import { chromium, type Page } from "playwright-core";

import { servePage } from "../serve-page.ts";
import type { Contender, Measured, Task } from "./contender.ts";

export interface BenchmarkChromium {
  /** One contender at one task, in a page of its own. */
  contend(contender: Contender, task: Task): Promise<Measured>;
  /** The frames a second of a page while a worker trains, and the worker's steps a second. */
  framesWhileTraining(seconds: number): Promise<{ frames: number; steps: number }>;
  close(): Promise<void>;
}

/** @param minilm the folder of all-MiniLM-L6-v2 */
export async function openChromium(minilm: string | undefined): Promise<BenchmarkChromium> {
  if (chromiumPath === undefined) throw new Error("page: Chromium is missing. Run apt-get install chromium.");
  const site = await servePage(minilm);
  const browser = await chromium.launch({ executablePath: chromiumPath, args: [...chromiumFlags] });
  const inPage = async <Result>(use: (page: Page) => Promise<Result>): Promise<Result> => {
    const page = await browser.newPage();
    page.on("pageerror", (error) => process.stderr.write(`page: ${error.message}\n`));
    await page.goto(site.url);
    await page.waitForFunction(() => typeof window.contend === "function");
    const result = await use(page);
    await page.close();
    return result;
  };
  return {
    contend: (contender, task) =>
      inPage((page) => page.evaluate(([name, what]) => window.contend(name, what), [contender, task] as const)),
    framesWhileTraining: (seconds) =>
      inPage((page) => page.evaluate((time) => window.framesWhileTraining(time), seconds)),
    async close() {
      await browser.close();
      await site.close();
    },
  };
}
