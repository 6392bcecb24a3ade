import * as metrics from "@bertkit/metrics";
import type { Calls } from "../call.ts";

export const metricsCalls: Calls = {
  "@bertkit/metrics: calibrationError(options)": { call: (options) => metrics.calibrationError([0.5], [1], options) },
  "@bertkit/metrics: ClassTally.precisionRecallF1(options)": {
    call: (options) => {
      const tally = new metrics.ClassTally();
      tally.update([0, 1], [0, 1]);
      return tally.precisionRecallF1(options);
    },
    required: () => ({ average: "macro" }),
  },
  "@bertkit/metrics: new KerasRocAuc(options)": { call: (options) => new metrics.KerasRocAuc(options) },
  "@bertkit/metrics: decodeEntities(options)": { call: (options) => metrics.decodeEntities(["O"], options) },
  "@bertkit/metrics: entities(options)": { call: (options) => metrics.entities(["O"], options) },
  "@bertkit/metrics: entityF1(options)": { call: (options) => metrics.entityF1([["O"]], [["O"]], options) },
  "@bertkit/metrics: precisionRecallF1(options)": {
    call: (options) => metrics.precisionRecallF1([0, 1], [0, 1], options),
    required: () => ({ average: "macro" }),
  },
  "@bertkit/metrics: retrievalScores(options)": {
    call: (options) => metrics.retrievalScores([[1, 0]], [[1, 0]], options),
  },
};
