export { backendNames, type BackendName } from "./backend-name.ts";
export { Missing, type CandidateOptions } from "./candidate.ts";
export { useBackend, type BackendInUse } from "./use-backend.ts";
