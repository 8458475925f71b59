/** Types of prepare.mjs for the tests. */
export class StepFailure extends Error {
  readonly remedy: string;
}
export function findMissing(root: string): {
  packages: boolean;
  client: boolean;
  commandLine: boolean;
  pages: boolean;
};
export function prepare(root: string): Promise<void>;
