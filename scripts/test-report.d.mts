interface Failure {
  name: string;
  message: string;
}
interface Counts {
  passed: number;
  failed: number;
  skipped: number;
  failures: Failure[];
}
export function readVitestReport(report: object, root: string): Counts;
export function readPlaywrightReport(report: object): Counts;
export function describeFailures(failures: Failure[]): string;
