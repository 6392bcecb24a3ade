// A second, independent implementation of the rules of github.com/huggingface/safetensors (README "Format", and
// `Metadata::validate` of its Rust library), with JSON.parse and big integers.

const sizes: Readonly<Record<string, bigint>> = {
  F64: 8n,
  F32: 4n,
  F16: 2n,
  BF16: 2n,
  I64: 8n,
  I32: 4n,
  I16: 2n,
  I8: 1n,
  U64: 8n,
  U32: 4n,
  U16: 2n,
  U8: 1n,
  BOOL: 1n,
};

/** The dtype, shape and offsets of every tensor by name, as JSON; undefined if the file is invalid. */
export function byTheRules(file: Uint8Array): Record<string, string> | undefined {
  if (file.length < 8) return undefined;
  const length = Buffer.from(file.buffer, file.byteOffset).readBigUInt64LE(0);
  if (length > 100_000_000n || 8n + length > BigInt(file.length)) return undefined;
  const bytes = file.subarray(8, 8 + Number(length));
  let members: [string, unknown][];
  try {
    const text = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
    if (text[0] !== "{") return undefined;
    // Rust rejects 1.0 and -0 as counts, but JSON.parse accepts them.
    if (/"(?:shape|data_offsets)"\s*:\s*\[[^\]]*[.eE-]/.test(text)) return undefined;
    members = membersOf(text);
  } catch {
    return undefined;
  }
  const found: Record<string, string> = {};
  const places: [bigint, bigint][] = [];
  for (const [name, value] of members) {
    if (name === "__metadata__") {
      if (value !== null && !isTexts(value)) return undefined;
      continue;
    }
    const { dtype, shape, data_offsets: offsets } = (value ?? {}) as Record<string, unknown>;
    if (typeof dtype !== "string" || !Object.hasOwn(sizes, dtype) || !isCounts(shape) || !isCounts(offsets))
      return undefined;
    if (offsets.length !== 2 || shape.length > 64) return undefined;
    let total = 1n;
    for (const axis of shape) if ((total *= BigInt(axis)) >= 1n << 53n) return undefined;
    const [begin, end] = offsets.map(BigInt) as [bigint, bigint];
    if (end - begin !== total * sizes[dtype]!) return undefined;
    places.push([begin, end]);
    found[name] = JSON.stringify([dtype, shape, offsets]);
  }
  places.sort(([a, b], [c, d]) => Number(a - c || b - d));
  let position = 0n;
  for (const [begin, end] of places) {
    if (begin !== position) return undefined;
    position = end;
  }
  return 8n + length + position === BigInt(file.length) ? found : undefined;
}

/** The members of an object, recursively. Rejects duplicate keys, which JSON.parse hides, and lone surrogates. */
function membersOf(text: string): [string, unknown][] {
  const value = JSON.parse(text) as Record<string, unknown>;
  // The keys in the text: strings followed by a colon, unique in each object.
  const seen: Set<string>[] = [];
  const tokens = text.matchAll(/"(?:[^"\\]|\\.)*"(\s*:)?|[{}[\]]/gs);
  for (const [token, colon] of tokens) {
    if (token === "{" || token === "[") seen.push(new Set());
    else if (token === "}" || token === "]") seen.pop();
    else {
      const key = JSON.parse(colon === undefined ? token : token.slice(0, -colon.length)) as string;
      if (/\p{Surrogate}/u.test(key)) throw new Error("half a pair");
      if (colon === undefined) continue;
      const named = seen.at(-1)!;
      const matters = seen.length === 1 || (seen.length === 2 && ["dtype", "shape", "data_offsets"].includes(key));
      if (matters && named.has(key)) throw new Error("twice");
      named.add(key);
    }
    if (seen.length > 65) throw new Error("deep");
  }
  return Object.entries(value);
}

function isTexts(value: unknown): boolean {
  return (
    typeof value === "object" &&
    !Array.isArray(value) &&
    Object.values(value!).every((text) => typeof text === "string")
  );
}

function isCounts(value: unknown): value is number[] {
  return (
    Array.isArray(value) && value.every((count) => Number.isSafeInteger(count) && count >= 0 && !Object.is(count, -0))
  );
}
