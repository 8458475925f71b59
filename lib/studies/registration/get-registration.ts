/** A study's registration: its text, what it is known by, and somebody else's timestamp of it. */
import { createHash } from "node:crypto";
import { SemblanceError } from "@/lib/errors";
import { db } from "@/lib/platform/database/db";
import { softwareVersion } from "@/lib/platform/server/software-version";
import { registrationText } from "./registration-text";
import { readTimestampReply, type Timestamp } from "./timestamp-reply";

export type StudyRegistration = {
  text: string;
  /** Lower-case hex of the text in UTF-8: what a timestamp is of. */
  sha256: string;
  /** Whether the study was opened with this text; a draft's changes with its design. */
  isFixed: boolean;
  timestamp: AttachedTimestamp | null;
};

/** `fault` says why an attached reply no longer holds: a draft's text may have changed since. */
export type AttachedTimestamp =
  | { timestamp: Timestamp; answersBefore: number; fault: null }
  | { timestamp: null; fault: string };

/** @throws SemblanceError `not_found`; `conflict` for a study that was opened before there were registrations */
export async function getRegistration(studyId: string): Promise<StudyRegistration> {
  const study = await db.study.findUnique({
    where: { id: studyId },
    include: {
      criteria: { orderBy: { position: "asc" } },
      arms: {
        orderBy: { position: "asc" },
        include: { dataset: { select: { name: true } }, sampleSet: { select: { name: true } } },
      },
    },
  });
  if (!study) throw new SemblanceError("not_found", "There is no such study.");
  if (study.planHash !== null && study.registrationText === null) {
    throw new SemblanceError("conflict", `“${study.name}” was opened before studies had registrations.`, {
      remedy: "Its design and plan hash still say what was planned.",
    });
  }
  const text = study.registrationText ?? registrationText(study, softwareVersion);
  return {
    text,
    sha256: createHash("sha256").update(text).digest("hex"),
    isFixed: study.registrationText !== null,
    timestamp: study.timestampReply ? await readAttached(studyId, study.timestampReply, text) : null,
  };
}

async function readAttached(studyId: string, reply: Uint8Array, text: string): Promise<AttachedTimestamp> {
  try {
    const timestamp = readTimestampReply(reply, text);
    const answersBefore = await db.rating.count({
      where: { createdAt: { lte: timestamp.at }, assignment: { item: { studyId, kind: "REGULAR" } } },
    });
    return { timestamp, answersBefore, fault: null };
  } catch (error) {
    if (!(error instanceof SemblanceError)) throw error;
    return { timestamp: null, fault: error.message };
  }
}
