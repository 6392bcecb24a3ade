// Selected by the "node" condition in package.json's imports. Node cannot import the gradient file of
// @tensorflow/tfjs-core, so the union package registers the gradients.
import "@tensorflow/tfjs";
