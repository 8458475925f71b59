/** How much the captioners of a desk agree; comparing all captions with each other takes a second. */
import { type DeskAgreement, findDeskAgreement } from "@/lib/desks/review/desk-agreement";

export function compute(deskId: string): Promise<DeskAgreement> {
  return findDeskAgreement(deskId);
}
