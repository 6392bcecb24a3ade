// The table of allowed imports between packages: the diagram in ARCHITECTURE.md as data.

/** Packages by level, lowest first. A package only imports from lower levels, and only along `arrows`. */
export const levels = [
  ["tokenizer", "datasets", "metrics", "ops"],
  ["nn", "backend-onnxruntime"],
  ["backend", "encoder", "training", "checkpoints"],
  ["pretraining", "heads"],
  ["bertkit"],
];

const everyLowerPackage = levels.slice(0, -1).flat();

/** Folder under packages/ → the folders it may import from. */
export const arrows = {
  tokenizer: [],
  datasets: [],
  metrics: [],
  ops: [],
  "backend-onnxruntime": ["ops"],
  nn: ["ops"],
  backend: ["backend-onnxruntime", "ops"],
  encoder: ["nn", "ops"],
  training: ["nn", "ops"],
  checkpoints: ["nn", "ops"],
  pretraining: ["encoder", "metrics", "nn", "ops", "tokenizer"],
  heads: ["encoder", "metrics", "nn", "ops", "tokenizer"],
  bertkit: everyLowerPackage,
};

/** Unpublished packages that any package may import: the build includes them in each package that does. */
export const builtIn = ["@bertkit/checks", "@bertkit/shaders"];

/** What a package's tests and README example may import in addition to all lower levels. */
export const testArrows = ["@bertkit/testing", "@bertkit/tooling", "@bertkit/backend"];

/** The package name of a folder under packages/. */
export function packageName(folder) {
  return folder === "bertkit" ? folder : `@bertkit/${folder}`;
}
