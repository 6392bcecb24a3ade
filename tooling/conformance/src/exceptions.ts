/** A test that may fail on our backend: its full name without tfjs's environment, and the reason. */
export interface Exception {
  readonly name: string;
  readonly reason: string;
}

/**
 * All exceptions. An unlisted failure fails the run, and so does a listed test that passes. The list is empty. Two
 * tests of tfjs-core do not run at all, because they are only for a backend called "cpu" ("Switching cpu backends");
 * packages/backend-onnxruntime/src/behavior.test.ts has equivalent ones.
 */
export const exceptions: readonly Exception[] = [];

/**
 * Tests that pass in a page without our patches, and fail with them: their dispatches are invalid, which only the patches
 * say. Both copy a video, which SwiftShader's WebGPU cannot; they only look at the shape of the result, or do not read it.
 */
export const invalidInPages: readonly Exception[] = [
  {
    name: "fromPixels fromPixels for HTMLVideoElement",
    reason: "webgpu: the copy of the video is an invalid texture; the test looks at the number of values",
  },
  {
    name: "fromPixels canvas and image match",
    reason: "webgpu: reads after a test whose copy of a video is invalid and never read",
  },
];
