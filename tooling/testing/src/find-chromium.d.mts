export declare function findChromium(environment?: Record<string, string | undefined>): string | undefined;
export declare const chromiumMissing: string;
