/** What an invite link shows before its visitor has joined. */
import { db } from "@/lib/db";
import { SemblanceError } from "@/lib/errors";

/** @throws SemblanceError `not_found` for a link of no study, `unavailable` for a draft, `gone` for a closed study */
export async function getInvitation(inviteToken: string) {
  const study = await db.study.findUnique({
    where: { inviteToken },
    select: { id: true, name: true, instructions: true, itemsPerRater: true, state: true },
  });
  if (!study) {
    throw new SemblanceError("not_found", "This link does not belong to any study.", {
      remedy: "Check that the link was copied whole, or ask for a new one.",
    });
  }
  if (study.state === "DRAFT") {
    throw new SemblanceError("unavailable", "This study has not opened yet.", { remedy: "Come back later." });
  }
  if (study.state === "CLOSED") {
    throw new SemblanceError("gone", "This study is closed.", {
      remedy: "Thank you for wanting to take part.",
    });
  }
  return {
    studyId: study.id,
    studyName: study.name,
    instructions: study.instructions,
    itemsPerRater: study.itemsPerRater,
  };
}
