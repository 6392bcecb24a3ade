/** The suite's environment name: the same for every backend, so that test names can be compared. */
export const environmentName = "conformance";

/** A test's full name without the environment and its flags, which tfjs puts in the middle. */
export function testName(fullName: string): string {
  return fullName.replace(new RegExp(` ${environmentName} \\{[^}]*\\}`), "");
}

/** TensorFlow.js's name of a backend of main.ts. */
export function registeredName(backend: string): string {
  return backend === "engine-wasm" ? "onnxruntime" : backend;
}
