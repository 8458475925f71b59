/** What tests use of the import check. */
export function findViolations(root: string): string[];
