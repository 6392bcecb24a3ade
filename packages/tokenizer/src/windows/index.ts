export { encodeWindows } from "./encode-windows.ts";
export type { WindowOptions } from "./encode-windows.ts";
