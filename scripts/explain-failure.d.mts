/** Types of explain-failure.mjs for TypeScript. */
export type Explanation = { message: string; remedy: string };
export function explainFailure(output: string): Explanation | null;
export function spaceProblem(freeBytes: number, neededBytes: number, folder: string): Explanation | null;
