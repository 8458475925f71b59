/** Types of node-version.mjs for the tests. */
export function nodeProblem(version: string): { message: string; remedy: string } | null;
