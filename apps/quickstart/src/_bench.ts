import "@tensorflow/tfjs";
import * as tf from "@tensorflow/tfjs-core";
import "@bertkit/backend-onnxruntime";
import { createBert, bertSizes } from "@bertkit/encoder";
import { Rng } from "@bertkit/nn";
import { MaskedLmHead, NextSentenceHead, maskedLm, nextSentence, sum, pretrainingTensors } from "@bertkit/pretraining";
import { adamW, train } from "@bertkit/training";
await tf.setBackend("onnxruntime");
const V = 8192, b = +(process.argv[2] ?? 32), n = 64, p = 10;
const config = { ...bertSizes.tiny, vocabularySize: V, hiddenDropout: 0, attentionDropout: 0, maxPositionEmbeddings: 128 };
const rng = new Rng(0);
const encoder = createBert(config, rng);
const h = new MaskedLmHead({ ...config, encoder, rng }), s = new NextSentenceHead({ ...config, encoder, rng });
const objective = sum(maskedLm(h), nextSentence(s));
const batch = { inputIds: Int32Array.from({ length: b * n }, () => rng.integer(0, V - 1)), attentionMask: new Int32Array(b * n).fill(1), tokenTypeIds: new Int32Array(b * n), maskedPositions: Int32Array.from({ length: b * p }, (_, i) => i % p), maskedIds: Int32Array.from({ length: b * p }, () => rng.integer(0, V - 1)), maskedWeights: new Float32Array(b * p).fill(1), nextSentenceLabels: new Int32Array(b), shape: [b, n] as const, maxPredictions: p };
function* batches() { for (;;) yield batch; }
let i = 0, times: number[] = [];
for await (const st of train({ model: [encoder, objective], batches: batches(), optimizer: adamW({ learningRate: 1e-3 }), rng, steps: 40, loss: (x, c) => objective.loss(encoder, pretrainingTensors(x), c) })) { times.push(st.milliseconds); if (st.step % 10 === 1) console.log(st.step, st.loss, st.metrics, st.milliseconds.toFixed(1), tf.memory().numTensors); }
times = times.slice(5).sort((a, b) => a - b); console.log("min", times[0], "median", times[times.length >> 1]);
console.log((tf.backend() as any).stats?.());
