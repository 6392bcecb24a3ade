const combined = { total: "a + b", largest: "max(a, b)" } as const;

/**
 * WGSL of the functions `total` or `largest`, with one number of each invocation and its `local_invocation_index`. Every
 * invocation of the workgroup must call them, and gets the result. Two barriers each: some invocations combine the
 * numbers of a row of a square, then all combine the rows.
 *
 * @param groupSize invocations of a workgroup: 64 or 256
 */
export function reduceInWorkgroup(groupSize: 64 | 256, ...names: readonly (keyof typeof combined)[]): string {
  const root = Math.sqrt(groupSize);
  const functions = names.map(
    (name) => `
fn ${name}(own: f32, local: u32) -> f32 {
  reduced[local] = own;
  workgroupBarrier();
  if (local < ${root}u) {
    var a = reduced[${root}u * local];
    for (var i = 1u; i < ${root}u; i++) {
      let b = reduced[${root}u * local + i];
      a = ${combined[name]};
    }
    reducedRows[local] = a;
  }
  workgroupBarrier();
  var a = reducedRows[0];
  for (var i = 1u; i < ${root}u; i++) {
    let b = reducedRows[i];
    a = ${combined[name]};
  }
  return a;
}`,
  );
  return `
var<workgroup> reduced: array<f32, ${groupSize}>;
var<workgroup> reducedRows: array<f32, ${root}>;${functions.join("")}`;
}
