/** How values of float32 tensors are stored on a graphics card; what is computed between them is float32 in any case. */

/** half: large values in 16 bits each. */
export const precisions = ["float32", "half"] as const;
export type Precision = (typeof precisions)[number];
