/** How fast a run goes and how long it has to go. */

/** Steps per second since the run was started or resumed, and what that means for the rest. */
export class StepClock {
  private readonly startedAtMs = performance.now();
  private readonly start: number;
  private readonly total: number;

  constructor(start: number, total: number) {
    this.start = start;
    this.total = total;
  }

  tick(done: number): { stepsPerSecond: number; secondsLeft: number } {
    const seconds = (performance.now() - this.startedAtMs) / 1000;
    const stepsPerSecond = (done - this.start) / seconds;
    return { stepsPerSecond, secondsLeft: (this.total - done) / stepsPerSecond };
  }
}
