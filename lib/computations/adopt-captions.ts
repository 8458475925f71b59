/** Puts a desk's accepted captions into its dataset, which counts their tokens once more. */
import { type AdoptedCaptions, adoptCaptions } from "@/lib/desks/review/adopt-captions";

export function compute(deskId: string): Promise<AdoptedCaptions> {
  return adoptCaptions(deskId);
}
