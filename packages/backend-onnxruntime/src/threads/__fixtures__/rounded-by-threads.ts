/**
 * The kernels whose last bits may depend on the number of threads, and why. With a fixed number of threads they give
 * the same bits every time, like all others.
 */
export const roundedByThreads: Record<string, string> = {
  BatchMatMul: "each thread gets a part of the product, and the size of a part decides which of the CPU's loops sums it",
  BertkitLayerNormGradient: "its sums along a row are products with a vector, see BatchMatMul",
  Conv2DBackpropFilter: "it is a product, see BatchMatMul",
  Conv3DBackpropFilterV2: "it is a product, see BatchMatMul",
  DepthwiseConv2dNativeBackpropFilter: "it is a product, see BatchMatMul",
  Einsum: "it is a product, see BatchMatMul",
  Mean: "its sums of columns are products, see BatchMatMul",
  ResizeBilinearGrad: "it is a product, see BatchMatMul",
  ResizeNearestNeighborGrad: "it is a product, see BatchMatMul",
  Sum: "its sums of columns are products, see BatchMatMul",
  _FusedMatMul: "it is a product, see BatchMatMul",
  "attention, its gradients": "they are products, see BatchMatMul",
  "attention, one operator": "it consists of products, see BatchMatMul",
  "attention, one operator with its projections": "it consists of products, see BatchMatMul",
};
