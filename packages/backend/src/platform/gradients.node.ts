// Selected by the "node" condition in package.json's imports. Node cannot import the gradient file of
// @tensorflow/tfjs-core: the build bundles it in place of the union package (tooling/tsup/gradients.js).
import "@tensorflow/tfjs";
