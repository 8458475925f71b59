/** What an invite link shows before its visitor has joined. */
import { SemblanceError } from "@/lib/errors";
import { db } from "@/lib/platform/database/db";
import { endings } from "@/lib/studies/design/endings";
import { raterAccess } from "@/lib/studies/design/rater-access";

/**
 * Of a closed study as well, for those who took part and come back.
 *
 * @throws SemblanceError `not_found` for a link of no study, `unavailable` before it opens
 */
export async function getInvitation(inviteToken: string) {
  const study = await db.study.findUnique({
    where: { inviteToken },
    select: {
      id: true,
      name: true,
      instructions: true,
      consentText: true,
      language: true,
      itemsPerRater: true,
      state: true,
      endings: true,
      isPilot: true,
      access: true,
      signedIdsVersion: true,
    },
  });
  if (!study) {
    throw new SemblanceError("not_found", "This link does not belong to any study.", {
      remedy: "Check that you copied the whole link, or ask for a new one.",
    });
  }
  if (study.state === "DRAFT" || study.state === "OPENING") {
    throw new SemblanceError("unavailable", "This study has not opened yet.", {
      remedy: "Come back later.",
      details: { problem: "notOpen" },
    });
  }
  return {
    studyId: study.id,
    studyName: study.name,
    instructions: study.instructions,
    /** What a rater agrees to before the first item; empty where no consent is asked for. */
    consentText: study.consentText,
    /** BCP 47 tag of the interface language that is offered first. */
    language: study.language,
    itemsPerRater: study.itemsPerRater,
    isClosed: study.state === "CLOSED",
    /** Whether it is being tried, and its answers will be dropped. */
    isPilot: study.isPilot,
    /** Who may join, and how. */
    access: raterAccess.parse(study.access),
    signedIdsVersion: study.signedIdsVersion,
    /** Codes and addresses of the ways out. */
    endings: endings.parse(study.endings),
  };
}
