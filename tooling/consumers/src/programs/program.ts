// Run by every consumer: trains, saves, loads and queries a small BERT.
import {
  adamW,
  bertSizes,
  bertTokenizer,
  classificationBatch,
  createBert,
  fillMask,
  fromPretrained,
  MaskedLmHead,
  memoryFolder,
  Rng,
  savePretrained,
  SequenceClassifier,
  train,
  useBackend,
  Vocabulary,
} from "bertkit";

export interface Ran {
  backend: string;
  loss: number;
  candidates: [token: string, score: number][];
  /** "installed", or the error of the WebAssembly backend if its optional package is not installed. */
  wasm: string;
}

/** @param folder the path to save the model to; default in memory */
export async function run(backend: "auto" | "webgpu" | "node" | "cpu", folder?: string): Promise<Ran> {
  const wasm = await useBackend("wasm").then(
    () => "installed",
    (error: Error) => error.message,
  );
  const { name } = await useBackend(backend);
  const words = ["the", "film", "was", "good", "bad", "."];
  const tokenizer = bertTokenizer({
    vocabulary: new Vocabulary(["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", ...words]),
  });
  const config = { ...bertSizes.tiny, vocabularySize: tokenizer.vocabulary.size, hiddenSize: 16, attentionHeads: 2 };
  const rng = new Rng(0);
  const encoder = createBert({ ...config, hiddenDropout: 0, attentionDropout: 0 }, rng);
  const maskedLm = new MaskedLmHead({ ...config, encoder, rng });
  const classifier = new SequenceClassifier({ encoder, labels: ["praise", "blame"], rng, dropout: 0 });
  const rows = [
    { input: "the film was good.", label: "praise" },
    { input: "the film was bad.", label: "blame" },
  ];
  const batch = classificationBatch(rows, tokenizer, classifier, { lengthMultiple: 8 });
  let loss = Number.NaN;
  for await (const step of train({
    model: classifier,
    batches: [batch, batch, batch],
    optimizer: adamW({ learningRate: 0.01 }),
    rng,
    loss: (given: typeof batch, context) => classifier.loss(given, context),
  }))
    loss = step.loss;
  const saved = folder ?? memoryFolder();
  await savePretrained(saved, { config, tokenizer, encoder, maskedLm, classifier });
  const model = await fromPretrained(saved);
  const [mask] = await fillMask(model, { topK: 3 })("the film was [MASK].");
  return {
    backend: name,
    loss,
    candidates: mask!.candidates.map(({ token, score }) => [token, score]),
    wasm,
  };
}
