/** What one person could still do to a study that is open as its access says. */

import type { RaterAccess } from "@/lib/studies/design/rater-access";
import { counted } from "@/lib/text/counted";

export type StudySize = { items: number; ratersPerItem: number; itemsPerRater: number };

/**
 * Answers that count which one person can give who is let in `identities` times: each identity answers an item once, and no
 * more of them than the study asks for.
 *
 * @param identities null: any number
 */
export function mostAnswersOf(identities: number | null, size: StudySize): number {
  const seats = size.items * size.ratersPerItem;
  if (identities === null) return seats;
  const each = Math.min(size.itemsPerRater, size.items);
  return Math.min(identities * each, size.items * Math.min(identities, size.ratersPerItem));
}

/** Sentences for the researcher. Before the opening the number of items is not known, and nothing is counted. */
export function residualRisk(access: RaterAccess, size: StudySize | null): string[] {
  switch (access.way) {
    case "open-link": {
      const identities = access.ratersPerAddress;
      const seats = size ? size.items * size.ratersPerItem : 0;
      const most = size ? mostAnswersOf(identities, size) : 0;
      const share = seats > 0 ? ` and give ${most} of the ${seats} answers` : "";
      return [
        identities === null
          ? `Without a limit per address, one person who keeps deleting cookies can be any number of raters${share}.`
          : `One person at one address who keeps deleting cookies can be ${counted(identities, "rater", "raters")}${share}.`,
        "Somebody with many addresses, as a VPN or a mobile network gives them, can be more. The browser check makes each of them cost a second of computing, which stops a casual script and nobody with a fast machine.",
        "Ids in the link can be made up. Compare them with the list of the service that sent the raters, and exclude those that it does not know.",
      ];
    }
    case "invitations":
      return [
        "Each link makes one rater. A person with several links can be several raters, and a person who gets hold of somebody’s link before they have finished can continue in their place.",
      ];
    case "signed-ids":
      return [
        "Your own system decides who is a rater. Anybody who learns the key can make any number of them; a person who gets hold of somebody’s link before they have finished or it expires can continue in their place.",
      ];
  }
}
