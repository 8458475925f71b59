/** What people ask of a run while it goes on. It answers between two updates of the weights. */

export type RunRequest = {
  readonly id: string;
  /** To write the weights as a checkpoint, or to draw the previews. */
  readonly kind: "save" | "sample";
};

export class RunRequests {
  private readonly asked: readonly RunRequest[];
  private answeredCount = 0;

  /** @param asked may grow at its end at any time */
  constructor(asked: readonly RunRequest[]) {
    this.asked = asked;
  }

  /** The oldest one that is not answered yet. */
  next(): RunRequest | undefined {
    return this.asked[this.answeredCount];
  }

  /** The oldest one is answered. */
  close(): void {
    this.answeredCount += 1;
  }
}
