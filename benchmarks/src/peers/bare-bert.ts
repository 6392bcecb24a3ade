import type { BertConfig } from "@bertkit/encoder";
import onnxProto from "onnx-proto";
import { InferenceSession, Tensor } from "onnxruntime-node";

const { onnx } = onnxProto;
const [float32, int32] = [1, 6];

export type BareBertSize = Pick<
  BertConfig,
  "vocabularySize" | "hiddenSize" | "hiddenLayers" | "attentionHeads" | "intermediateSize" | "maxPositionEmbeddings"
>;

/**
 * BERT's encoder as a hand-written ONNX graph with ONNX Runtime's fused operators and constant weights, run by the
 * public API of onnxruntime-node: the fastest that the library can be, for any batch. Weights are random.
 */
export class BareBert {
  readonly #session: InferenceSession;

  private constructor(session: InferenceSession) {
    this.#session = session;
  }

  static async create(size: BareBertSize, threads: number): Promise<BareBert> {
    const session = await InferenceSession.create(bareModel(size), {
      intraOpNumThreads: threads,
      interOpNumThreads: 1,
      graphOptimizationLevel: "all",
      extra: { session: { intra_op: { allow_spinning: "1", spin_duration_us: "200" }, force_spinning_stop: "1" } },
    });
    return new BareBert(session);
  }

  /** Milliseconds of one forward pass. */
  async run(inputIds: Int32Array, [rows, tokens]: readonly [number, number]): Promise<number> {
    const tensor = (values: Int32Array) => new Tensor("int32", values, [rows, tokens]);
    const ones = new Int32Array(inputIds.length).fill(1);
    const start = performance.now();
    const { output } = await this.#session.run({
      ids: tensor(inputIds),
      types: tensor(new Int32Array(inputIds.length)),
      mask: tensor(ones),
    });
    if (!Number.isFinite(Number(output!.data[0]))) throw new Error("bare-bert: the output is not a number.");
    return performance.now() - start;
  }

  async release(): Promise<void> {
    await this.#session.release();
  }
}

function bareModel(size: BareBertSize): Uint8Array {
  const { hiddenSize, hiddenLayers, attentionHeads, intermediateSize, vocabularySize, maxPositionEmbeddings } = size;
  const node: InstanceType<typeof onnx.NodeProto>[] = [];
  const initializer: InstanceType<typeof onnx.TensorProto>[] = [];
  const weight = (name: string, dims: number[], fill?: number): string => {
    const values = new Float32Array(dims.reduce((product, length) => product * length, 1));
    if (fill !== undefined) values.fill(fill);
    else for (let i = 0; i < values.length; i++) values[i] = 0.04 * (Math.random() - 0.5);
    initializer.push(
      onnx.TensorProto.create({ name, dims, dataType: float32, rawData: new Uint8Array(values.buffer) }),
    );
    return name;
  };
  const op = (opType: string, domain: string, input: string[], output: string[], attributes: object[] = []): string => {
    node.push(onnx.NodeProto.create({ opType, domain, input, output, attribute: attributes }));
    return output[0]!;
  };
  const microsoft = "com.microsoft";
  const epsilon = { name: "epsilon", type: 1, f: 1e-12 };
  const norm = (name: string): [string, string] => [
    weight(`${name}.gamma`, [hiddenSize], 1),
    weight(`${name}.beta`, [hiddenSize], 0),
  ];

  let x = op(
    "EmbedLayerNormalization",
    microsoft,
    [
      "ids",
      "types",
      weight("words", [vocabularySize, hiddenSize]),
      weight("positions", [maxPositionEmbeddings, hiddenSize]),
      weight("token types", [2, hiddenSize]),
      ...norm("embeddings"),
      "mask",
    ],
    ["embedded", "lengths"],
    [epsilon],
  );
  for (let layer = 0; layer < hiddenLayers; layer++) {
    const name = (part: string) => `${layer}.${part}`;
    const attended = op(
      "Attention",
      microsoft,
      [x, weight(name("qkv"), [hiddenSize, 3 * hiddenSize]), weight(name("qkv bias"), [3 * hiddenSize], 0), "mask"],
      [name("attended")],
      [{ name: "num_heads", type: 2, i: attentionHeads }],
    );
    const mixed = op("MatMul", "", [attended, weight(name("out"), [hiddenSize, hiddenSize])], [name("mixed")]);
    const first = op(
      "SkipLayerNormalization",
      microsoft,
      [mixed, x, ...norm(name("attention norm")), weight(name("out bias"), [hiddenSize], 0)],
      [name("first")],
      [epsilon],
    );
    const wide = op("MatMul", "", [first, weight(name("up"), [hiddenSize, intermediateSize])], [name("wide")]);
    const bent = op("BiasGelu", microsoft, [wide, weight(name("up bias"), [intermediateSize], 0)], [name("bent")]);
    const narrow = op("MatMul", "", [bent, weight(name("down"), [intermediateSize, hiddenSize])], [name("narrow")]);
    x = op(
      "SkipLayerNormalization",
      microsoft,
      [narrow, first, ...norm(name("feed-forward norm")), weight(name("down bias"), [hiddenSize], 0)],
      [layer === hiddenLayers - 1 ? "output" : name("output")],
      [epsilon],
    );
  }
  const value = (name: string, elemType: number, dims: string[]) =>
    onnx.ValueInfoProto.create({
      name,
      type: { tensorType: { elemType, shape: { dim: dims.map((dimParam) => ({ dimParam })) } } },
    });
  const graph = onnx.GraphProto.create({
    name: "bare",
    node,
    initializer,
    input: ["ids", "types", "mask"].map((name) => value(name, int32, ["rows", "tokens"])),
    output: [value("output", float32, ["rows", "tokens", "size"])],
  });
  const opsetImport = [
    { domain: "", version: 17 },
    { domain: microsoft, version: 1 },
  ];
  return onnx.ModelProto.encode(onnx.ModelProto.create({ irVersion: 8, opsetImport, graph })).finish();
}
