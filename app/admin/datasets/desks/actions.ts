/** Opening captioning desks, and what is done with them and their captions. */
"use server";

import { startDrafts } from "@/jobs/draft-captions/start";
import { compute } from "@/lib/computations/compute";
import {
  captionerOnly,
  correctionInput,
  deskOnly,
  draftsInput,
  openDeskInput,
  personalLinksInput,
  reviewInput,
} from "@/lib/desks/desk-fields";
import { closeDesk } from "@/lib/desks/end-desk";
import { makePersonalLinks, removeCaptioner } from "@/lib/desks/join/personal-links";
import { openDesk } from "@/lib/desks/open-desk";
import { acceptAllPending, correctCaption, reviewCaptions } from "@/lib/desks/review/review-captions";
import { protectedAction } from "@/lib/platform/accounts/protected-action";
import { staff } from "@/lib/platform/accounts/roles";
import { revalidate } from "../../entities/revalidate";

export const openDeskAction = protectedAction(staff, "desk.opened", openDeskInput, async (input) => {
  const { deskId } = await openDesk(input);
  revalidate("desk");
  return { deskId };
});

export const closeDeskAction = protectedAction(staff, "desk.closed", deskOnly, async ({ deskId }) => {
  await closeDesk(deskId);
  revalidate("desk");
});

export const makeLinksAction = protectedAction(
  staff,
  "desk.links-made",
  personalLinksInput,
  async ({ deskId, names }) => {
    const links = await makePersonalLinks({ deskId, names: names.join("\n") });
    revalidate("desk");
    return links;
  },
);

export const removeCaptionerAction = protectedAction(
  staff,
  "desk.captioner-removed",
  captionerOnly,
  async ({ captionerId }) => {
    await removeCaptioner(captionerId);
    revalidate("desk");
  },
);

export const draftCaptionsAction = protectedAction(
  staff,
  "desk.drafts-started",
  draftsInput,
  async (input) => {
    await startDrafts(input);
    revalidate("desk");
  },
);

export const reviewAction = protectedAction(staff, "desk.reviewed", reviewInput, async (input, member) => {
  await reviewCaptions(input, member.email);
  revalidate("desk");
});

export const acceptAllAction = protectedAction(
  staff,
  "desk.reviewed",
  deskOnly,
  async ({ deskId }, member) => {
    await acceptAllPending(deskId, member.email);
    revalidate("desk");
  },
);

export const correctAction = protectedAction(
  staff,
  "desk.caption-corrected",
  correctionInput,
  async (input, member) => {
    await correctCaption(input, member.email);
    revalidate("desk");
  },
);

export const adoptAction = protectedAction(staff, "desk.adopted", deskOnly, async ({ deskId }, member) => {
  const adopted = await compute("adopt-captions", deskId, { owner: member.id });
  revalidate("desk", "dataset");
  return adopted;
});
