import { expect, test } from "vitest";
import { Autosave } from "./autosave.ts";

test("saves after the first step, then only when it is due", async () => {
  let saves = 0;
  const autosave = new Autosave(async () => void saves++, { everySeconds: 3600 });
  for (let step = 0; step < 5; step++) await autosave.afterStep();
  expect(saves).toBe(1);
  expect(await autosave.now()).toBe(true);
  expect(saves).toBe(2);
});

test("a failing save warns once and is retried; recovery is reported", async () => {
  const warnings: string[] = [];
  let full = true;
  const save = async (): Promise<void> => {
    if (full) throw new Error("the disk is full.");
  };
  const autosave = new Autosave(save, { everySeconds: 0, onWarning: (message) => warnings.push(message) });
  for (let step = 0; step < 3; step++) await autosave.afterStep();
  expect(autosave.failure).toEqual(new Error("the disk is full."));
  expect(await autosave.now()).toBe(false);
  full = false;
  await autosave.afterStep();
  expect(autosave.failure).toBeUndefined();
  expect(warnings).toEqual([
    "not saved: the disk is full. Training continues, and saving is tried again.",
    "saving works again.",
  ]);
});
