// Selected by the default condition in package.json's imports. Only the gradients: the layers, converter, data and
// backends of @tensorflow/tfjs would triple the download.
import "@tensorflow/tfjs-core/dist/register_all_gradients.js";
