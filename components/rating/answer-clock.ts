/** The time that a rater spends on an item, pauses and hidden tabs left out. */
export class AnswerClock {
  #elapsedMs = 0;
  #runningSince: number | null = null;

  /** From zero. */
  restart(): void {
    this.#elapsedMs = 0;
    this.#runningSince = performance.now();
  }

  stop(): void {
    this.#elapsedMs = this.elapsedMs;
    this.#runningSince = null;
  }

  goOn(): void {
    this.#runningSince ??= performance.now();
  }

  /** Whole milliseconds. */
  get elapsedMs(): number {
    const running = this.#runningSince === null ? 0 : performance.now() - this.#runningSince;
    return Math.round(this.#elapsedMs + running);
  }
}
