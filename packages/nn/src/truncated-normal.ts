/** Standard deviations at which the distribution ends. */
const end = 2;
const layers = 256;

const density = (x: number): number => Math.exp(-0.5 * x * x);
/** How far a layer reaches that begins at this height: to where the density falls below it, at most to the end. */
const reach = (height: number): number => (height <= density(end) ? end : Math.sqrt(2 * Math.log(1 / height)));

/** The heights at which layers of this area begin, from 0 on, up to one beyond the last. */
function stack(area: number): Float64Array {
  const heights = new Float64Array(layers + 1);
  for (let i = 0; i < layers; i++) heights[i + 1] = Math.min(2, heights[i]! + area / reach(Math.min(1, heights[i]!)));
  return heights;
}

/** Layers of one area, as many as there are, that just cover the density. */
function cover(): Float64Array {
  let [low, high] = [0, end / layers];
  for (let i = 0; i < 60; i++) {
    const area = (low + high) / 2;
    if (stack(area)[layers]! < 1) low = area;
    else high = area;
  }
  return stack(high);
}

const heights = cover();
const widths = Float64Array.from(heights, (height) => reach(Math.min(1, height)));

/**
 * A draw of the standard normal distribution without what lies beyond two standard deviations, as
 * `tf.truncated_normal` gives: rejection from 256 layers of one area (the ziggurat of Marsaglia & Tsang, 2000, which
 * needs no tail here). Exact but for its steps of 2⁻²³ of a layer's width. Nearly every draw takes 32 random bits, no
 * logarithm and no cosine, so that the weights of BERT-base take a second or two.
 * @param bits gives 32 random bits
 */
export function drawTruncatedNormal(bits: () => number): number {
  for (;;) {
    const drawn = bits();
    const layer = drawn & (layers - 1);
    const x = ((drawn >>> 8) / 2 ** 23 - 1) * widths[layer]!;
    if (Math.abs(x) < widths[layer + 1]!) return x;
    const height = heights[layer]! + (bits() / 2 ** 32) * (heights[layer + 1]! - heights[layer]!);
    if (height < density(x)) return x;
  }
}
