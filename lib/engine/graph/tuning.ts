/** What the writers of kernels know of a card. */

/** What one workgroup computes, and each of its threads. */
export type Tile = {
  /** Results of a workgroup: rows × columns. */
  readonly rows: number;
  readonly columns: number;
  /** Terms of the sums that are fetched at a time. */
  readonly depth: number;
  /** Results of a thread, multiples of 4. */
  readonly rowsPerThread: number;
  readonly columnsPerThread: number;
};

export type Tuning = {
  readonly tiles: readonly Tile[];
  /** Threads that keep it busy: sums are split until there are as many. */
  readonly threads: number;
  /** Threads that add up one row of values together: a power of 2. */
  readonly threadsOfRow: number;
  /** Tokens of a block of attention. */
  readonly attentionBlock: 16 | 32;
};
