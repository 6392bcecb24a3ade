// WGSL that several packages use. The build includes this code in each of them.
export { adamWNumbers, adamWShader, type AdamWSettings } from "./adam-w-shader.ts";
export { dropoutDraw } from "./dropout-draw.ts";
export { reduceInWorkgroup } from "./reduce-in-workgroup.ts";
