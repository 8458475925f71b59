/** Agreement, side bias and the gap closed: how much the votes themselves can be trusted, and what they amount to. */
import { DescriptionList } from "@/components/description-list";
import { formatCount, formatDecimals, formatPercent, plural } from "@/components/numbers";
import { Panel } from "@/components/panel";
import type { Standings } from "@/lib/questions/answer-statistics";
import { questionTypes } from "@/lib/questions/question-types";
import { shareSetText } from "@/lib/statistics/share-of-the-way-text";

export function VoteQuality({ leaderboard }: { leaderboard: Standings }) {
  const { krippendorffAlpha: alpha, agreementWithinPairs, sideBias, davidson, shareOfTheWay } = leaderboard;
  const best = agreementWithinPairs ?? alpha;
  return (
    <Panel>
      <DescriptionList
        items={[
          {
            name: "Votes",
            value: `${formatCount(leaderboard.voteCount)} by ${plural(leaderboard.raterCount, "rater", "raters")} on ${plural(leaderboard.captionCount, "caption", "captions")}`,
          },
          {
            name: "Agreement",
            value:
              best.value === null
                ? "Unknown: no item has answers from two raters yet."
                : `Krippendorff’s α ${withInterval(best.value, best.low, best.high, decimals)}, ${agreementWithinPairs ? "within pairs" : leaderboard.agreementLevel}, from ${best.units} ${agreementWithinPairs ? "pairs" : "images"} with two or more answers (1 is perfect, 0 is chance)`,
          },
          ...(best.value === null
            ? []
            : [
                {
                  name: "Reading α",
                  value:
                    "Not comparable between studies: it falls with the share of ties, which count as full disagreement with a preference, and with how similar the arms are.",
                },
              ]),
          ...(agreementWithinPairs === null || alpha.value === null
            ? []
            : [
                {
                  name: "Agreement over arms",
                  value: `Krippendorff’s α ${withInterval(alpha.value, alpha.low, alpha.high, decimals)}, nominal over the chosen arms, as commonly reported. Random answers give more than 0 here, up to 0.5 with many arms`,
                },
              ]),
          ...(leaderboard.intervalAgreement?.value == null
            ? []
            : [
                {
                  name: "Agreement by distance",
                  value: `Krippendorff’s α ${withInterval(leaderboard.intervalAgreement.value, leaderboard.intervalAgreement.low, leaderboard.intervalAgreement.high, decimals)}, interval: points as equal steps`,
                },
              ]),
          {
            name: "Left/right bias",
            value:
              sideBias.value === null
                ? !questionTypes[leaderboard.questionType].statistics.hasSides
                  ? "None: one image is shown at a time."
                  : "Unknown: nobody has preferred either side yet."
                : `${withInterval(sideBias.value, sideBias.low, sideBias.high, signedPercent)} for the left side, from ${plural(sideBias.votes, "vote", "votes")}`,
          },
          ...(davidson?.tieParameter == null
            ? []
            : [{ name: "Ties", value: `Davidson’s ν ${decimals(davidson.tieParameter)}` }]),
          ...shareOfTheWay.map((share) => ({
            name: "Gap closed",
            value: `${share.arm}: ${share.value === null ? "unknown" : formatPercent(share.value)} (95%: ${shareSetText(share, formatPercent)}) of the gap from ${share.from} to ${share.to}`,
          })),
        ]}
      />
    </Panel>
  );
}

const decimals = (value: number) => formatDecimals(value, 2);
const signedPercent = (value: number) => `${value > 0 ? "+" : ""}${formatDecimals(value * 100, 1)} points`;

function withInterval(
  value: number,
  low: number | null,
  high: number | null,
  format: (value: number) => string,
): string {
  return low === null || high === null
    ? format(value)
    : `${format(value)} (95%: ${format(low)} to ${format(high)})`;
}
