/** How far a study is from stopping by its rule. */
import { formatDecimals, plural } from "@/components/numbers";
import type { judgeStopRule } from "@/lib/studies/stopping/apply-stop-rules";

export function StopRuleState({ decisions }: { decisions: Awaited<ReturnType<typeof judgeStopRule>> }) {
  return (
    <ul className="grid gap-2 text-sm">
      {decisions.map(({ criterion, question, votes, neither, differences }) => (
        <li key={criterion}>
          <span className="font-medium">{question}</span> {plural(votes, "vote", "votes")}
          {neither > 0 ? ` (${plural(neither, "answer", "answers")} “neither” not counted)` : ""}:{" "}
          {differences.length === 0
            ? "too few to decide yet (30 votes, 5 captions and 5 raters are needed)."
            : differences
                .map(
                  ({ first, second, difference, low, high }) =>
                    `${second} over ${first} ${formatDecimals(difference, 2)} (${formatDecimals(low, 2)} to ${formatDecimals(high, 2)})${low > 0 || high < 0 ? ", separated" : ", not separated yet"}`,
                )
                .join("; ")}
        </li>
      ))}
    </ul>
  );
}
