/** Which page of a sample grid is drawn as a figure. */
export type FigureRequest = {
  readonly sampleSetIds: readonly string[];
  /** From 1. */
  readonly page: number;
  /** Rows. */
  readonly pageSize: number;
};
