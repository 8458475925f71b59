/** Masks that say which values dropout keeps. */
import type { Random } from "@/lib/numerics/random";

/**
 * `length` independent marks, 1 (kept) with probability 1 - rate and 0 (dropped) otherwise.
 *
 * The distance from one dropped value to the next is geometrically distributed, so drawing the distances takes one
 * random number per dropped value, where drawing the marks takes one per value.
 */
export function drawKeepMask(length: number, rate: number, random: Random): Uint8Array {
  const keep = new Uint8Array(length).fill(1);
  const logKeep = Math.log1p(-rate);
  for (let i = distance(random, logKeep); i < length; i += 1 + distance(random, logKeep)) keep[i] = 0;
  return keep;
}

/** Values kept before the next dropped one: P(at least n) = (1 - rate)^n. */
function distance(random: Random, logKeep: number): number {
  const uniform = (random.integer(2 ** 32) + 0.5) / 2 ** 32;
  return Math.floor(Math.log(uniform) / logKeep);
}
