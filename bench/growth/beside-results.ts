/** What raters of another study notice while somebody opens a leaderboard. */
import { randomUUID } from "node:crypto";
import { monitorEventLoopDelay } from "node:perf_hooks";
import { setTimeout as delay } from "node:timers/promises";
import { compute, computeIn } from "@/lib/computations/compute";
import { leaderboardOnce } from "@/lib/computations/leaderboard-once";
import { createComputingPool, usualPoolOptions } from "@/lib/platform/computing/computing-pool";
import { db } from "@/lib/platform/database/db";
import { answerAndLease } from "@/lib/rating/answer/answer-and-lease";
import { leaseAssignments } from "@/lib/rating/lease/lease-assignments";
import { createLoadWorld, openLoadStudy } from "../rating-load/load-study";
import { quantile } from "../rating-load/quantile";
import { answeredStudy } from "./answered-study";
import { growthRow } from "./growth-row";

const captions = 1_000;
const raters = 10;
const quietAnswers = 100;
/** Twenty answers a second. */
const pauseMs = 50;

const besideResults = growthRow({
  name: "answers beside a leaderboard",
  size: 200_000,
  unit: "votes",
  prepare: async (votes) => {
    const { studyId } = await answeredStudy(votes, "opened");
    const world = await createLoadWorld(captions, { name: `beside ${votes}` });
    const options = { captions, ratersPerItem: raters, itemsPerRater: captions };
    const { id } = await openLoadStudy(`beside ${votes}`, world, options);
    const raterIds = Array.from({ length: raters }, () => randomUUID());
    await db.rater.createMany({ data: raterIds.map((rater) => ({ id: rater, studyId: id })) });
    return { studyId, raterIds };
  },
  measure: async ({ studyId, raterIds }) => {
    const entry = new URL("../../lib/computations/process.ts", import.meta.url);
    const computing = createComputingPool({ ...usualPoolOptions, entry });
    computeIn(computing);
    // As the web server does when it starts.
    await compute("get-ready", null, { owner: "growth" });
    const answer = answering(raterIds);
    await answer(() => true, 10);
    const quiet = await answer(() => true, quietAnswers);
    const delays = monitorEventLoopDelay({ resolution: 1 });
    delays.enable();
    let isOpening = true;
    const opening = leaderboardOnce(studyId, undefined, {}, { owner: "growth" }).finally(() => {
      isOpening = false;
    });
    const beside = await answer(() => isOpening, captions * raters);
    await opening;
    // The page again, whose leaderboard is known.
    let again = true;
    const looks = (async () => {
      for (let look = 0; look < 10; look++)
        await leaderboardOnce(studyId, undefined, {}, { owner: "growth" });
      again = false;
    })();
    beside.push(...(await answer(() => again, captions * raters)));
    await looks;
    delays.disable();
    computing.close();
    return {
      quiet: quantile(quiet, 0.99),
      beside: quantile(beside, 0.99),
      slower: quantile(beside, 0.5) / quantile(quiet, 0.5),
      blocked: delays.max / 1e6,
    };
  },
  figures: [
    { name: "quiet", unit: "ms (p99)" },
    { name: "beside", unit: "ms (p99)", most: 100 },
    { name: "slower", unit: "times (median)" },
    { name: "blocked", unit: "ms at most" },
  ],
});

/** Answers one after the other, of the raters in turn, while `goesOn`. Returns how long each took, in ms. */
function answering(raterIds: readonly string[]) {
  const leases = new Map<string, Awaited<ReturnType<typeof leaseAssignments>>>();
  let turn = 0;
  return async (goesOn: () => boolean, most: number): Promise<number[]> => {
    const latenciesMs: number[] = [];
    while (goesOn() && latenciesMs.length < most) {
      const rater = raterIds[turn++ % raterIds.length]!;
      const lease = leases.get(rater) ?? (await leaseAssignments(rater));
      const rating = {
        assignmentId: lease.items[0]!.assignmentId,
        answer: { type: "pair", winner: "left" },
        ...{ clientKey: randomUUID(), latencyMs: 2000, viewportPx: "390x844", inputKind: "touch" },
      };
      const start = performance.now();
      leases.set(rater, (await answerAndLease(rater, rating)).lease);
      latenciesMs.push(performance.now() - start);
      await delay(pauseMs);
    }
    return latenciesMs;
  };
}

export const besideRows = [besideResults];
