import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import * as tf from "@tensorflow/tfjs";
import { afterAll, beforeAll, expect, it } from "vitest";
import "../index.ts";

let folder: string;
let model: tf.LayersModel;
const x = tf.tensor2d([[1, -2, 3]]);

beforeAll(async () => {
  await tf.setBackend("onnxruntime");
  folder = await mkdtemp(join(tmpdir(), "bertkit-files-"));
  model = tf.sequential({ layers: [tf.layers.dense({ units: 2, inputShape: [3] }), tf.layers.dense({ units: 1 })] });
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const values = (of: tf.LayersModel): number[] => [...(of.predict(x) as tf.Tensor).dataSync()];

it("saves a model to a folder and loads it again, by path and by URL", async () => {
  const target = join(folder, "deep", "my model");
  const { modelArtifactsInfo } = await model.save(`file://${target}`);
  expect(modelArtifactsInfo).toMatchObject({ modelTopologyType: "JSON", weightDataBytes: 4 * 11 });
  expect((await readdir(target)).sort()).toEqual(["model.json", "weights.bin"]);
  expect(values(await tf.loadLayersModel(`file://${target}/model.json`))).toEqual(values(model));
  const url = pathToFileURL(join(target, "model.json")).href; // with %20
  expect(values(await tf.loadLayersModel(url))).toEqual(values(model));
});

it("loads weights of several files", async () => {
  await model.save(`file://${folder}/shards`);
  const json = JSON.parse(await readFile(join(folder, "shards/model.json"), "utf8")) as tf.io.ModelJSON;
  const weights = await readFile(join(folder, "shards/weights.bin"));
  json.weightsManifest[0]!.paths = ["a.bin", "b.bin"];
  await writeFile(join(folder, "shards/a.bin"), weights.subarray(0, 10));
  await writeFile(join(folder, "shards/b.bin"), weights.subarray(10));
  await writeFile(join(folder, "shards/model.json"), JSON.stringify(json));
  expect(values(await tf.loadLayersModel(`file://${folder}/shards/model.json`))).toEqual(values(model));
});

it("names files that are not a model", async () => {
  await writeFile(join(folder, "cut.json"), "{");
  await writeFile(join(folder, "other.json"), "{}");
  await expect(tf.loadLayersModel(`file://${folder}`)).rejects.toThrow(
    "is not a file. Give the path of the model.json in it.",
  );
  await expect(tf.loadLayersModel(`file://${folder}/none.json`)).rejects.toThrow(
    "none.json. Give the path of a model.json.",
  );
  await expect(tf.loadLayersModel(`file://${folder}/cut.json`)).rejects.toThrow("cut.json is not JSON");
  await expect(tf.loadLayersModel(`file://${folder}/other.json`)).rejects.toThrow("other.json has no modelTopology");
});
