/** Intervals that stay valid when looked at after every vote: for studies that stop as soon as the answer is clear. */
import { SemblanceError } from "@/lib/errors";

/**
 * How far an interval reaches to either side of an estimate with the given standard error if it is to hold at all
 * times at once: the probability that it ever misses the truth is at most 1 - coverage. For a study that stops when
 * this interval excludes "no difference", false alarms stay below that, no matter how often one looks.
 *
 * The normal mixture boundary (Robbins, Annals of Mathematical Statistics 41, 1970), in its asymptotic form for
 * estimated variances (Waudby-Smith et al., Annals of Statistics 52, 2024):
 * reach = se √((1 + 1/v) · ln((1 + v) / (1 - coverage)²)), v proportional to votes and such that the
 * reach, compared with that of a fixed interval, is smallest after `tightestAt` votes.
 *
 * @param standardError of the estimate from the votes so far, clustered where captions and raters repeat
 * @param votes number of votes so far, at least 1
 * @param tightestAt number of votes at which the study is likely to stop; fixed before it starts
 */
export function anytimeReach(
  standardError: number,
  votes: number,
  tightestAt: number,
  coverage = 0.95,
): number {
  if (!(votes >= 1 && tightestAt >= 1 && coverage > 0 && coverage < 1)) {
    throw new SemblanceError(
      "invalid_input",
      `No interval for ${votes} votes, tightest at ${tightestAt}, coverage ${coverage}.`,
    );
  }
  const v = (votes / tightestAt) * tightestRatio(1 - coverage);
  return standardError * Math.sqrt((1 + 1 / v) * Math.log((1 + v) / (1 - coverage) ** 2));
}

/** The v > 0 that minimises (1 + 1/v) ln((1 + v) / α²), by the fixed point v = ln(1 + v) - 2 ln α. */
function tightestRatio(alpha: number): number {
  // Each round divides the error by about 1 + v, which is at least 3 for any useful coverage.
  let v = 1;
  for (let iteration = 0; iteration < 40; iteration++) v = Math.log1p(v) - 2 * Math.log(alpha);
  return v;
}
