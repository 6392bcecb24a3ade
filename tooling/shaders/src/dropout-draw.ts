/** WGSL of `draw`: the 32 random bits for elements 2k and 2k + 1 of a dropout mask, as in `dropout` of @bertkit/ops. */
export const dropoutDraw = `
fn draw(seed: u32, k: u32) -> u32 {
  var z = seed + (k + 1u) * 0x9e3779b9u;
  z = (z ^ (z >> 16u)) * 0x21f0aaadu;
  z = (z ^ (z >> 15u)) * 0x735a2d97u;
  return z ^ (z >> 15u);
}`;
