/** Which results of a leaderboard were registered, which are exploratory, and where the study deviated from its registration. */
import { Notice } from "@/components/notice";
import type { StudyLeaderboard } from "@/lib/votes/leaderboard/get-leaderboard";
import { Link } from "../page-link";

export function RegisteredStatus({
  studyId,
  board,
  deviations,
}: {
  studyId: string;
  board: Pick<StudyLeaderboard, "primary" | "criterion">;
  deviations: readonly string[];
}) {
  const { primary, criterion } = board;
  const isPrimary = primary?.question === criterion.key;
  return (
    <div className="mb-6">
      <Notice
        title={
          <>
            {primary === null
              ? "No primary comparison was registered, so every result on this page is exploratory."
              : isPrimary
                ? `Registered result: the difference between ${primary.arms[0]} and ${primary.arms[1]}. Everything else on this page is exploratory.`
                : `This question is exploratory. The primary question is ${primary.question.replaceAll("-", " ")}.`}{" "}
            <Link className="prose-link font-normal" href={`/admin/studies/${studyId}#registration`}>
              Plan
            </Link>
          </>
        }
      >
        {deviations.length > 0 ? (
          <>
            <h2 className="font-semibold text-ink">Deviations from the plan</h2>
            <ul className="grid list-disc ps-5">
              {deviations.map((deviation) => (
                <li key={deviation}>{deviation}</li>
              ))}
            </ul>
          </>
        ) : null}
      </Notice>
    </div>
  );
}
