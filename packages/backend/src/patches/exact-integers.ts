const tensors = /var<storage, \w+> \w+: array<([^;]+)>;/g;
const integers: ReadonlySet<string> = new Set(["i32", "vec2<i32>", "vec3<i32>", "vec4<i32>", "atomic<i32>"]);
const floatUniform = /\b(\w+)\s*:\s*f32\b/g;

/** What has no meaning for integers, or another one. */
const floatOnly =
  /\b(?:exp2?|log2?|sqrt|inverseSqrt|a?sinh?|a?cosh?|a?tanh?|atan2|pow|floor|ceil|round|trunc|fract|mix|isinf)\(|\d\.\d*[1-9]|\de[+-]?\d|\batomicCompareExchangeWeak\b/;

/**
 * Shaders of tfjs-backend-webgpu 4.22 convert int32 to float32 and back, which is exact only up to 2^24.
 *
 * @param code the text of a shader
 * @returns the same program on integers, if all its tensors are integers and it needs no float; otherwise `code`
 */
export function exactIntegers(code: string): string {
  const start = code.indexOf("@group(0)");
  if (start === -1 || !code.includes("fn _start(@builtin(local_invocation_id) LocalId")) return code; // not a shader of TensorFlow.js
  const [head, body] = [code.slice(0, start), code.slice(start)];
  if ([...body.matchAll(tensors)].some(([, type]) => !integers.has(type!))) return code;
  const uniforms = /struct Uniforms \{([^}]*)\}/.exec(head)?.[1] ?? "";
  let exact = body
    .replace(/fn isinf\(val: f32\) -> bool \{[^}]*\}/, "")
    .replaceAll(/\bround\(/g, "(")
    .replaceAll("i32(pow(2.0, uniforms.index))", "(1 << bitcast<u32>(i32(uniforms.index)))")
    .replaceAll(/isnan\(\w+\)/g, "false")
    .replaceAll(/isnanVec4\(\w+\)/g, "vec4<bool>(false)")
    .replaceAll(/uniforms\.(?:NAN|INFINITY)\b/g, "0")
    .replaceAll("floor(a / b)", "((a - (((a % b) + b) % b)) / b)")
    .replaceAll(/\b(\d+)\.(?:0+\b|(?!\w))/g, "$1")
    .replaceAll("f32", "i32");
  for (const [, name] of uniforms.matchAll(floatUniform))
    if (name !== "NAN" && name !== "INFINITY")
      exact = exact.replaceAll(new RegExp(`(?<!i32\\()uniforms\\.${name}\\b`, "g"), `i32(uniforms.${name})`);
  return floatOnly.test(exact) ? code : head + exact;
}
