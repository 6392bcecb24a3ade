/** "@scope/name/path" → "@scope/name". */
export declare function bareName(specifier: string): string;
