/** The simulated votes with their published maximum-likelihood values, where they are beside the clone. */
import { readFileSync } from "node:fs";
import type { Vote, Winner } from "@/lib/statistics/vote";
import { sharedPath } from "@/tests/shared";

const votesPath = sharedPath("parity/votes.csv");
const expectedPath = sharedPath("parity/votes.expected.json");

/** Null where the reference is absent; the reason has then been printed. */
export const referenceVotes =
  votesPath && expectedPath
    ? {
        votes: readFileSync(votesPath, "utf8")
          .trim()
          .split(/\r?\n/)
          .slice(1)
          .map((line): Vote => {
            const [caption, rater, left, right, winner] = line.split(",");
            return { caption: caption!, rater: rater!, left: left!, right: right!, winner: winner as Winner };
          }),
        expected: JSON.parse(readFileSync(expectedPath, "utf8")),
      }
    : null;
