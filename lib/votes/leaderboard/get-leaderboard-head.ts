/** What a leaderboard is about, in one query: its page answers 404, or shows this, before any statistics are computed. */
import { SemblanceError } from "@/lib/errors";
import { db } from "@/lib/platform/database/db";
import { type QuestionTypeName, toQuestionTypeName } from "@/lib/questions/question-types";
import type { RaterFilter } from "@/lib/studies/design/rater-filter";
import { defaultRaters, registration } from "@/lib/studies/design/registration";

export type LeaderboardCriterion = {
  key: string;
  question: string;
  questionType: QuestionTypeName;
  marksWords: boolean;
  marksPlaces: boolean;
};

export type LeaderboardHead = {
  studyName: string;
  isDemo: boolean;
  /** Whether people may still answer. */
  isOpen: boolean;
  /** Whether these are answers of a pilot, which count for nothing. */
  isPilot: boolean;
  /** Whether the answers were given elsewhere. */
  isImported: boolean;
  criterion: LeaderboardCriterion;
  criteria: LeaderboardCriterion[];
  armCount: number;
  /** Whose answers the registration counts. */
  registeredRaters: RaterFilter;
};

/** For `include` of a study's query. */
export const criteriaOfLeaderboard = {
  orderBy: { position: "asc" },
  select: { key: true, question: true, questionType: true, marksWords: true, marksPlaces: true },
} as const;

/**
 * @param criterionKey the study's first criterion where absent
 * @throws SemblanceError `not_found` for an unknown study or criterion
 */
export async function getLeaderboardHead(studyId: string, criterionKey?: string): Promise<LeaderboardHead> {
  const study = await db.study.findUnique({
    where: { id: studyId },
    include: { criteria: criteriaOfLeaderboard, _count: { select: { arms: true } } },
  });
  if (!study) throw new SemblanceError("not_found", "There is no such study.");
  return {
    studyName: study.name,
    isDemo: study.isDemo,
    isOpen: study.state === "OPEN",
    isPilot: study.isPilot,
    isImported: study.imported !== null,
    armCount: study._count.arms,
    registeredRaters: defaultRaters(registration.parse(study.registration)),
    ...chooseCriterion(study, criterionKey),
  };
}

/** @throws SemblanceError `not_found` */
export function chooseCriterion(
  study: {
    name: string;
    criteria: (Omit<LeaderboardCriterion, "questionType"> & { questionType: string })[];
  },
  criterionKey: string | undefined,
): { criterion: LeaderboardCriterion; criteria: LeaderboardCriterion[] } {
  const criteria = study.criteria.map(({ questionType, ...rest }) => ({
    ...rest,
    questionType: toQuestionTypeName(questionType),
  }));
  const criterion = criterionKey ? criteria.find(({ key }) => key === criterionKey) : criteria[0];
  if (!criterion) {
    throw new SemblanceError("not_found", `“${study.name}” has no criterion named “${criterionKey}”.`, {
      remedy: `Choose one of: ${criteria.map(({ key }) => key).join(", ")}.`,
    });
  }
  return { criterion, criteria };
}
