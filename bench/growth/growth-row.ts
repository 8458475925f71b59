/** A row of the table of growth: something that people wait for, at a size and at a tenth of it. */

export type Figure = {
  readonly name: string;
  /** "s", "MB" or a rate such as "rows/s". */
  readonly unit: string;
  /** On two cores with the embedded PostgreSQL. */
  readonly most?: number;
  readonly least?: number;
};

/**
 * Seconds of processor time that some work takes, in this process, its children and PostgreSQL: a clock also counts what
 * other work the machine does.
 */
export type Timed = (work: () => Promise<unknown>) => Promise<number>;

export type GrowthRow<Prepared = unknown> = {
  readonly name: string;
  /** How many things there are of what grows. */
  readonly size: number;
  readonly unit: string;
  /** Makes what is measured, and returns what `measure` must know of it, as JSON. */
  readonly prepare: (size: number) => Promise<Prepared>;
  /** Runs in a process of its own. Returns the figures that the row names; memory is measured around it where absent. */
  readonly measure: (
    prepared: Prepared,
    size: number,
    timed: Timed,
  ) => Promise<Readonly<Record<string, number>>>;
  readonly figures: readonly Figure[];
};

/** Of the process that measures or of one that it started, at most; PostgreSQL's is not counted. */
export const memory = (most: number): Figure => ({ name: "memory", unit: "MB", most });

export function growthRow<Prepared>(row: GrowthRow<Prepared>): GrowthRow {
  return row as GrowthRow;
}
