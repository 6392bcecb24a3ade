export declare function findChromium(environment?: Record<string, string | undefined>): string | undefined;
export declare const chromiumMissing: string;
export declare function findSoftwareVulkan(
  environment?: Record<string, string | undefined>,
): Record<string, string> | undefined;
