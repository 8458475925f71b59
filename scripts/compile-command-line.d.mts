/** Types of compile-command-line.mjs for the tests. */
export function findCompiled(root: string): string | null;
export function compileCommandLine(root: string): Promise<string>;
