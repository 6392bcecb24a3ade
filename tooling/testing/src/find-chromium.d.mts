export declare function findChromium(environment?: Record<string, string | undefined>): string | undefined;
export declare function chromiumMissing(environment?: Record<string, string | undefined>): string;
export declare function findSoftwareVulkan(
  environment?: Record<string, string | undefined>,
): Record<string, string> | undefined;
