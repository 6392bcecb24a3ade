import * as tf from "@tensorflow/tfjs-core";
import { expect, test } from "vitest";
import { chosenBackend } from "./chosen-backend.ts";
import { useBackend } from "./use-backend.ts";

test("undefined before a backend is selected, then the call that selected it", async () => {
  expect(tf.getBackend()).toBeFalsy();
  expect(chosenBackend()).toBeUndefined();
  await useBackend("cpu");
  expect(chosenBackend()).toEqual({ name: "cpu", options: {} });
});
