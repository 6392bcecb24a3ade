// Chosen wherever the condition "node" of package.json's imports does not hold: what @tensorflow/tfjs would import, less
// its layers, converter, data and backends, two thirds of what a page would download.
import "@tensorflow/tfjs-core/dist/register_all_gradients.js";
