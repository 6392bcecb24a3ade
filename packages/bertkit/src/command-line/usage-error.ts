/** Something that the caller of the command line can put right: one line on stderr, exit status 2. */
export class UsageError extends Error {}
