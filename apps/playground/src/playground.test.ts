import { readFileSync } from "node:fs";
import { cp, mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { useBackend } from "@bertkit/backend";
import { chromium as chromiumPath, chromiumFlags } from "@bertkit/testing";
import { fromPretrained, type Pretrained } from "bertkit";
import { type Browser, chromium, type Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";

import { buildPage } from "./build-page.ts";
import { classificationTask } from "./page/classification-task.ts";
import { fillMaskTask } from "./page/fill-mask-task.ts";
import type { Task } from "./page/task.ts";
import { type Served, servePage } from "./serve-page.ts";
import { trainFolders } from "./train-folders.ts";

const minutes = 60_000;
// Without a graphics card the shaders run on the CPU.
vi.setConfig({ testTimeout: 5 * minutes, hookTimeout: 10 * minutes });

const texts = {
  "fill-mask": ["The state of the [MASK] is strong.", "Fellow [MASK] of the Senate and [MASK] of Representatives:"],
  classification: ["We will defeat the terrorists and rebuild our economy.", "Gentlemen, the treaty with the Creeks."],
};
/** Minimum difference between the logits of the two texts; on Node it was 0.068 and 6.2. */
const influence = { "fill-mask": 0.05, classification: 1 };
const tasks: readonly Task[] = [fillMaskTask, classificationTask];

let folder: string;
let bundled: string[];
let served: Served;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "bertkit-playground-"));
  await useBackend("node");
  await trainFolders(folder);
  const built = join(folder, "built");
  bundled = await buildPage(built);
  served = await servePage({ built, models: folder, port: 0 });
});

afterAll(async () => {
  await served?.close();
  await rm(folder, { recursive: true, force: true });
});

describe("what is served", () => {
  test("the bundle has no Node modules", () => {
    expect(bundled.some((path) => path.includes("/packages/checkpoints/src/folders/http-folder.ts"))).toBe(true);
    expect(
      bundled.filter((path) =>
        /onnxruntime-node\/|\/backend-onnxruntime\/src\/(native|worker|io)\/|\/src\/node\.ts$|\.node\.ts$|\/local-folder\.ts$/.test(
          path,
        ),
      ),
    ).toEqual([]);
    const ours = bundled.filter((path) => /\/(apps|packages)\/[a-z-]+\/src\/[^?]+$/.test(path));
    expect(ours.filter((path) => /(from|import\()\s*["']node:/.test(readFileSync(path, "utf8")))).toEqual([]);
  });

  test("only files of the models' folder", async () => {
    const status = async (path: string) => (await fetch(new URL(path, served.address))).status;
    expect(await status("models/model/config.json")).toBe(200);
    expect(await status("models/model/absent.json")).toBe(404);
    expect(await status("models/model")).toBe(404);
    expect(await status(`models/..%2f${encodeURIComponent(folder.split("/").at(-1)!)}-x/config.json`)).toBe(404);
    expect(await status("models/%2e%2e%2f%2e%2e%2f%2e%2e%2fetc%2fhostname")).toBe(404);
    expect(await status("models/%")).toBe(404);
  });
});

describe.skipIf(!chromiumPath)("in Chromium (skipped without one: set BERTKIT_CHROMIUM)", () => {
  const inNode = new Map<Task["id"], Pretrained>();
  let browser: Browser;
  let page: Page;
  const thrown: Error[] = [];

  beforeAll(async () => {
    inNode.set("fill-mask", await fromPretrained(join(folder, "model")));
    inNode.set("classification", await fromPretrained(join(folder, "spam-classifier")));
    browser = await chromium.launch({ executablePath: chromiumPath!, args: [...chromiumFlags] });
    page = await browser.newPage();
    page.setDefaultTimeout(5 * minutes);
    page.on("pageerror", (error) => thrown.push(error));
    // Otherwise small tensors would be computed in JavaScript, without shaders.
    await page.goto(`${served.address}?tfjsflags=WEBGL_CPU_FORWARD:false`);
  });

  afterAll(async () => {
    await browser?.close();
    for (const model of inNode.values()) model.dispose();
  });

  // Without a graphics card, when the GPU is the CPU too, that is WebAssembly.
  test("initially selects the fastest backend, and reports no other as unavailable", async () => {
    await expectStatus(page, "Running on WebAssembly.");
    expect(await page.locator("[data-unavailable]").count()).toBe(0);
  });

  describe.each([
    ["webgpu", "WebGPU"],
    ["webgl", "WebGL"],
    ["wasm", "WebAssembly"],
    ["cpu", "JavaScript"],
  ])("%s", (name, title) => {
    beforeAll(async () => {
      await page.getByRole("radio", { name: title }).check();
      await expectStatus(page, `Running on ${title}.`);
    });

    test("runs, and the GPU computes everything itself", async () => {
      expect(await page.evaluate(() => window.playground!.backend())).toBe(
        ["webgpu", "wasm"].includes(name) ? "onnxruntime" : name,
      );
      expect(await page.getByRole("radio", { checked: true }).getAttribute("value")).toBe(name);
      if (name === "webgl") expect(await page.evaluate(() => window.playground!.flag("WEBGL_CPU_FORWARD"))).toBe(false);
    });

    test.each(tasks)("$id: the same predictions as Node, logits within 1e-3, no tensor left", async (task) => {
      const model = inNode.get(task.id)!;
      const inPage = (text: string) =>
        page.evaluate(([id, text]) => window.playground!.logits(id as Task["id"], text!), [task.id, text]);
      const panel = page.getByRole("region", { name: task.title });
      for (const [i, text] of texts[task.id].entries()) {
        const expected = await task.prepare(model)(text);
        await panel.getByRole("textbox", { name: "Text" }).fill(text);
        const before = await page.evaluate(() => window.playground!.tensors());
        await panel.getByRole("button").click();
        await panel.getByText(i === 0 ? /^first call [\d.]+ m?s$/ : /later calls .*median of 1/).waitFor();
        expect(await page.evaluate(() => window.playground!.tensors())).toBe(before);

        const shown = await panel
          .locator("ol")
          .evaluateAll((lists) =>
            lists.map((list) => [...list.querySelectorAll(".name")].map((name) => name.textContent)),
          );
        expect(shown).toEqual(expected.map(({ candidates }) => candidates.map((candidate) => candidate.name)));
        await page.getByText(`${task.title}: ${shown.map(([best]) => best).join(", ")}, in `).waitFor();

        const logits = await task.logits(model, text);
        const another = await task.logits(model, texts[task.id][1 - i]!);
        expect(Math.abs(logits[0]![0]! - another[0]![0]!), "how much a text matters").toBeGreaterThan(
          influence[task.id],
        );
        const received = await inPage(text);
        expect(received.map((row) => row.length)).toEqual(logits.map((row) => row.length));
        expect(received.flat()).toBeAllClose(logits.flat(), { absolute: 1e-3, relative: 0 });
        expect(await page.evaluate(() => window.playground!.tensors())).toBe(before);
      }
    });
  });

  test("shows the compilation of shaders on WebGPU", async () => {
    const fresh = await browser.newPage(); // the other has compiled its shaders
    await fresh.goto(served.address);
    await fresh.getByText(/Running on \w+\.$/).waitFor();
    // All texts that were shown: most of them last less than a frame.
    const seen = await fresh.evaluateHandle(() => {
      const shown: string[] = [];
      new MutationObserver((changes) =>
        shown.push(...changes.flatMap(({ addedNodes }) => [...addedNodes].map((node) => node.textContent ?? ""))),
      ).observe(document.querySelector("#compiling")!, { childList: true, subtree: true });
      return shown;
    });
    await fresh.getByRole("radio", { name: "WebGPU" }).check();
    await expectStatus(fresh, "Running on WebGPU."); // loading a model has compiled some
    await fresh
      .locator("#compiling")
      .getByText(/^(\d\d+) of \1 shaders compiled$/)
      .waitFor();
    const pairs = (await seen.jsonValue()).map((text) =>
      /^(\d+) of (\d+) shaders compiled$/.exec(text)!.slice(1).map(Number),
    );
    expect(pairs.some(([compiled, requested]) => compiled! < requested!)).toBe(true);
    await fresh.close();
  });

  test("resumes after a reload, with the losses of a run without a break", async () => {
    const panel = page.getByRole("region", { name: "Train on your own sentences" });
    const sentences = ["war: defeat the terrorists", "war: our army fights", "peace: a treaty with friends"];
    const start = async (): Promise<void> => {
      await panel.getByRole("textbox", { name: "Sentences" }).fill(sentences.join("\n"));
      await panel.getByRole("button", { name: "Train" }).click();
    };
    const lossAtTheEnd = async (): Promise<string> => {
      const state = panel.getByText(/^step 60 of 60: loss .*, trained$/);
      await state.waitFor();
      return /loss [\d.]+/.exec((await state.textContent())!)![0];
    };
    await start();
    const unbroken = await lossAtTheEnd();
    await start();
    // In every frame: a step takes a few milliseconds.
    await page.waitForFunction(() => /step ([1-9]|[12]\d) of 60/.test(document.body.textContent), undefined, {
      polling: "raf",
    });
    await panel.getByRole("button", { name: "Pause" }).click();
    await panel.getByText(/, saved$/).waitFor();
    await page.reload();
    await panel.getByRole("button", { name: /^Resume the last run \(step \d+ of 60\)$/ }).click();
    expect(await panel.getByRole("textbox", { name: "Sentences" }).inputValue()).toBe(sentences.join("\n"));
    expect(await lossAtTheEnd()).toBe(unbroken);
    await page.reload();
    await panel.getByRole("button", { name: "Train" }).waitFor();
    expect(await panel.getByRole("button", { name: /^Resume the last run/ }).count()).toBe(0);
  });

  test("trains on the sentences in a worker; the trained model classifies and is saved", async () => {
    const panel = page.getByRole("region", { name: "Train on your own sentences" });
    await panel.getByRole("textbox", { name: "Sentences" }).fill("war: no label\nand none here");
    await panel.getByRole("button", { name: "Train" }).click();
    await panel.getByRole("alert").getByText("Line 2 has no label and sentence").waitFor();
    const sentences = ["war: defeat the terrorists", "war: our army fights", "peace: a treaty with friends"];
    await panel.getByRole("textbox", { name: "Sentences" }).fill([...sentences, "peace: trade and calm"].join("\n"));
    await panel.getByRole("button", { name: "Train" }).click();
    await panel.getByText(/^step \d+ of 60/).waitFor();
    await panel.getByRole("button", { name: "Pause" }).click();
    await panel.getByRole("button", { name: "Resume" }).click();
    await panel.getByText(/^step 60 of 60: loss .*, 100 % right, trained$/).waitFor();
    expect(await panel.getByText(/runs whole graphs, on \d+ thread/).count()).toBe(1);
    await panel.getByRole("textbox", { name: "A sentence to try" }).fill("a treaty with friends");
    await panel.getByRole("button", { name: "Classify it" }).click();
    expect(await panel.locator(".name").first().textContent()).toBe("peace");
    await panel.getByRole("button", { name: "Save the model" }).click();
    await panel.getByRole("link", { name: "model.safetensors" }).waitFor();
    const [download] = await Promise.all([
      page.waitForEvent("download"),
      panel.getByRole("link", { name: "model.safetensors" }).click(),
    ]);
    const saved = join(folder, "trained");
    await cp(join(folder, "spam-classifier"), saved, { recursive: true });
    await download.saveAs(join(saved, "model.safetensors"));
    const model = await fromPretrained(saved); // with the canary that the page wrote
    expect(model.classifier).toBeDefined();
    model.dispose();
  });

  test("trains to the end if the browser keeps nothing, and says so", async () => {
    const profile = join(folder, "blocks-storage");
    await mkdir(join(profile, "Default"), { recursive: true });
    const preferences = { profile: { default_content_setting_values: { cookies: 2 } } };
    await writeFile(join(profile, "Default", "Preferences"), JSON.stringify(preferences));
    const context = await chromium.launchPersistentContext(profile, {
      executablePath: chromiumPath!,
      args: [...chromiumFlags],
    });
    const fresh = await context.newPage();
    fresh.setDefaultTimeout(2 * minutes);
    await fresh.goto(served.address);
    const panel = fresh.getByRole("region", { name: "Train on your own sentences" });
    await panel.getByRole("textbox", { name: "Sentences" }).fill("war: our army fights\npeace: trade and calm");
    await panel.getByRole("button", { name: "Train" }).click();
    await panel.getByText(/^step 60 of 60: loss .*, trained$/).waitFor();
    await panel.getByRole("alert").getByText("The browser does not keep this run").waitFor();
    await context.close();
  });

  test("trains on WebGPU as on WebAssembly", async () => {
    const fresh = await browser.newPage();
    fresh.setDefaultTimeout(5 * minutes);
    await fresh.goto(served.address);
    const panel = fresh.getByRole("region", { name: "Train on your own sentences" });
    await panel.getByRole("textbox", { name: "Sentences" }).fill("war: our army fights\npeace: trade and calm");
    /** The losses of the first steps. */
    const lossesOn = async (backend: string): Promise<number[]> => {
      const seen = await fresh.evaluateHandle(() => {
        const shown: string[] = [];
        new MutationObserver(() => shown.push(document.body.textContent)).observe(
          document.querySelector("#train-facts")!.parentElement!,
          { childList: true, subtree: true },
        );
        return shown;
      });
      await panel.getByRole("combobox", { name: "Train on" }).selectOption(backend);
      await panel.getByRole("button", { name: "Train" }).click();
      await panel.getByText(/^step ([5-9]|\d\d) of 60/).waitFor();
      const losses = new Map<string, number>();
      for (const text of await seen.jsonValue()) {
        const found = /step ([1-5]) of 60: loss ([\d.]+),/.exec(text);
        if (found) losses.set(found[1]!, Number(found[2]));
      }
      return [...losses.values()];
    };
    const onWasm = await lossesOn("WebAssembly");
    expect(onWasm).toHaveLength(5);
    const onWebgpu = await lossesOn("WebGPU");
    expect(await panel.getByText(/runs whole graphs on WebGPU/).count()).toBe(1);
    expect(await panel.getByText(/^\d\d+ of \d+ shaders compiled$/).count()).toBe(1);
    expect(onWebgpu).toHaveLength(5);
    onWebgpu.forEach((loss, i) => expect(loss).toBeCloseTo(onWasm[i]!, 2));
    await fresh.close();
  });

  test("a missing folder: says what is missing and how to create one", async () => {
    const panel = page.getByRole("region", { name: classificationTask.title });
    await panel.getByRole("textbox", { name: "Model folder" }).fill("models/nowhere/");
    await panel.getByRole("textbox", { name: "Model folder" }).press("Enter");
    const alert = panel.getByRole("alert");
    await alert.getByText("no config.json").waitFor();
    expect(await alert.textContent()).toMatch(/models\/nowhere\/.*`npm run quickstart`/);
    expect(await panel.locator("ol").count()).toBe(0);
  });

  test("a folder without the head that the task needs", async () => {
    const panel = page.getByRole("region", { name: classificationTask.title });
    await panel.getByRole("textbox", { name: "Model folder" }).fill("models/model/");
    await panel.getByRole("textbox", { name: "Model folder" }).press("Enter");
    await panel.getByRole("alert").getByText("the model has no classifier").waitFor();
  });

  test("labels that are markup or control text are shown as text", async () => {
    const labels = ["<img src=x onerror=window.hacked=1>", "a\u202eb</ol><script>window.hacked=2</script>"];
    const malicious = join(folder, "malicious");
    await cp(join(folder, "spam-classifier"), malicious, { recursive: true });
    const config = JSON.parse(readFileSync(join(malicious, "config.json"), "utf8")) as object;
    const id2label = Object.fromEntries(labels.map((label, id) => [id, label]));
    const label2id = Object.fromEntries(labels.map((label, id) => [label, id]));
    await writeFile(join(malicious, "config.json"), JSON.stringify({ ...config, id2label, label2id }));
    const panel = page.getByRole("region", { name: classificationTask.title });
    await panel.getByRole("textbox", { name: "Model folder" }).fill("models/malicious/");
    await panel.getByRole("textbox", { name: "Model folder" }).press("Enter");
    await panel.getByRole("button").click();
    await panel.locator("ol").waitFor();
    const shown = await panel.locator(".name").evaluateAll((names) => names.map((name) => name.textContent));
    expect(shown.toSorted()).toEqual(labels.toSorted());
    expect(await panel.locator("img, script").count()).toBe(0);
    expect(await page.evaluate(() => (window as { hacked?: number }).hacked)).toBeUndefined();
  });

  test("a text without [MASK]", async () => {
    const panel = page.getByRole("region", { name: fillMaskTask.title });
    await panel.getByRole("textbox", { name: "Text" }).fill("Nothing is missing here.");
    await panel.getByRole("button", { name: "Fill" }).press("Enter");
    await panel.getByRole("alert").getByText("the text has no [MASK]").waitFor();
  });

  test("a browser without WebGPU: the next backend runs, and the page says why", async () => {
    const older = await browser.newPage();
    await older.addInitScript(() => delete (Navigator.prototype as { gpu?: unknown }).gpu);
    await older.goto(served.address);
    await expectStatus(older, "Running on WebAssembly.");
    const webgpu = older.getByRole("radio", { name: "WebGPU" });
    const note = older.locator(`#${await webgpu.getAttribute("aria-describedby")}`);
    expect(await note.textContent()).toMatch(/^unavailable: navigator\.gpu is missing/);
    await webgpu.click();
    await expectStatus(older, "WebGPU cannot run here, as its note says. Running on WebAssembly.");
    expect(await older.getByRole("radio", { checked: true }).getAttribute("value")).toBe("wasm");
    expect(await older.evaluate(() => window.playground!.backend())).toBe("onnxruntime");
    await older.close();
  });

  test("the page threw no errors", () => {
    expect(thrown).toEqual([]);
  });
});

async function expectStatus(page: Page, text: string): Promise<void> {
  await page.getByRole("status").getByText(text, { exact: true }).waitFor();
  expect(await page.getByRole("status").textContent()).toBe(text);
}
