import type { Tallies } from "./claims";

/** One design of studies of one kind, with everything that the product claims of a study. */
export type Design = {
  readonly name: string;
  /** What the studies are like, for the table. */
  readonly description: string;
  /** Studies of a whole run; a quick one simulates a twentieth of them. */
  readonly studies: number;
  /** Makes what one study needs once for all of them, and returns what counts one study. */
  prepare(): (study: number, tallies: Tallies) => void | Promise<void>;
};

/** A group of designs with their own table. */
export type Subject = { readonly name: string; readonly title: string; readonly designs: readonly Design[] };
