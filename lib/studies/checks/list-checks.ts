/** The items of a study with a known answer, for administrators: raters see them blind among the others. */
import { db } from "@/lib/platform/database/db";
import { expectedAnswer, expectedToText } from "@/lib/questions/expected-answer";

export type StudyCheck = {
  id: string;
  kind: "TRAINING" | "GOLD" | "ATTENTION";
  captionText: string;
  question: string;
  images: string[];
  /** The correct answer in words; images are counted from 1 in the order of `images`. */
  expected: string;
};

export async function listChecks(studyId: string): Promise<StudyCheck[]> {
  const items = await db.item.findMany({
    where: { studyId, kind: { not: "REGULAR" } },
    orderBy: [{ kind: "desc" }, { contest: "asc" }],
    include: {
      criterion: { select: { question: true } },
      images: { orderBy: { position: "asc" }, select: { blobSha256: true } },
    },
  });
  return items.map(({ id, kind, captionText, criterion, images, expected }) => ({
    id,
    kind: kind as StudyCheck["kind"],
    captionText,
    question: criterion.question,
    images: images.map(({ blobSha256 }) => blobSha256!),
    expected: expectedToText(expectedAnswer.parse(expected)),
  }));
}
