/** The repository's root folder. */
export declare const root: string;
/** The command and arguments that run the pinned pnpm. */
export declare function pnpmCommand(args: readonly string[]): [string, string[]];
/** The environment of every child. */
export declare function childEnvironment(): NodeJS.ProcessEnv;
