import type { Candidate } from "../candidate.ts";

/** Plain JavaScript: always there, slow. @tensorflow/tfjs brings it. */
export const cpu: Candidate = {
  name: "cpu",
  registeredAs: "cpu",
  cure: "Import @tensorflow/tfjs before anything removes its backends.",
  prepare: async () => {},
};
