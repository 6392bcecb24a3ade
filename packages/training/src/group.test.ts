import { expect, it } from "vitest";
import { broadcastTrainingState, broadcastVariables } from "./broadcast-training-state.ts";
import { type Group, groupRule } from "./group.ts";

const alone: Group = { rank: 0, size: 1, allReduce() {}, broadcast() {}, barrier() {} };

it("is an object with rank, size and the methods", async () => {
  expect(groupRule.holds(alone)).toBe(true);
  const { broadcast: _, ...mute } = alone;
  expect(groupRule.holds(mute)).toBe(false);
  await expect(broadcastVariables({}, mute as never)).rejects.toThrow("broadcastVariables: group must be a Group");
  await expect(broadcastTrainingState({} as never, null as never)).rejects.toThrow(
    "broadcastTrainingState: group must be a Group, got null.",
  );
});
