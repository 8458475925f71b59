/** Types of compile-sources.mjs for the tests. */
export function findCommandLine(root: string): string | null;
export function compileCommandLine(root: string): Promise<string>;
export function compileEntry(root: string, bundle: string, source: string): Promise<string>;
export function hasProcesses(root: string): boolean;
export function compileProcesses(root: string): Promise<void>;
