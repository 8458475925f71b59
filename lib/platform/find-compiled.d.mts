/** Types of find-compiled.mjs. */
export function findCompiled(root: string, bundle: string, source: string): string | null;
