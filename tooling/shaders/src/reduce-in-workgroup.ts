const combined = { total: "a + b", largest: "max(a, b)" } as const;

/**
 * WGSL of the functions `total` or `largest`, with one number of each invocation and its `local_invocation_index`. Every
 * invocation of the workgroup must call them, and gets the result.
 *
 * @param groupSize invocations of a workgroup, a power of two
 */
export function reduceInWorkgroup(groupSize: number, ...names: readonly (keyof typeof combined)[]): string {
  const functions = names.map(
    (name) => `
fn ${name}(own: f32, local: u32) -> f32 {
  reduced[local] = own;
  workgroupBarrier();
  for (var half = ${groupSize / 2}u; half > 0u; half >>= 1u) {
    if (local < half) {
      let a = reduced[local];
      let b = reduced[local + half];
      reduced[local] = ${combined[name]};
    }
    workgroupBarrier();
  }
  let result = reduced[0];
  workgroupBarrier();
  return result;
}`,
  );
  return `var<workgroup> reduced: array<f32, ${groupSize}>;${functions.join("")}`;
}
