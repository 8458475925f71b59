/**
 * How many ratings a second one machine stores: the production build and the embedded PostgreSQL under simulated
 * raters over HTTP, with the load generator on the same machine.
 *
 * `npm run bench -- "rating load"`, or `node --import tsx bench/rating-load.ts [--raters N]`; needs `next build`.
 *
 * First every rater answers as fast as replies come (closed loop), while web server and worker are killed and
 * start again; then raters think between answers (open loop), at rising rates. Both studies are checked row by row.
 */
import { cpus, loadavg } from "node:os";
import { parseArgs } from "node:util";
import { servicesOf, withProduction } from "./production";
import { checkStudy } from "./rating-load/check-study";
import { createLoadWorld, type LoadWorld, openLoadStudy } from "./rating-load/load-study";
import { quantile } from "./rating-load/quantile";
import { RaterLoad } from "./rating-load/rater-load";

const rates = [50, 100, 150, 200, 300, 400, 500];
/** Raters begin together; what is measured at a rate begins once that has passed. */
const startSeconds = 10;
const secondsPerRate = 20;
const ratersPerItem = 5;
const aims = { ratingsPerSecond: 500, p95Ms: 50 };

const { values } = parseArgs({
  options: { raters: { type: "string", default: "300" }, port: { type: "string", default: "4340" } },
});
const raters = Number(values.raters);

let failed = false;
await withProduction(Number(values.port), async ({ url, supervisorPid }) => {
  console.log(
    `${cpus().length} cores (${cpus()[0]?.model}), ${raters} raters, load average ${loadavg()[0]!.toFixed(1)} before`,
  );

  const world = await createLoadWorld(captionsFor(rates.at(-1)!));
  await saturate(url, world);
  await killInTheMiddle(url, world, supervisorPid);
  for (const ratingsPerSecond of rates) {
    const p95 = await thinkBetween(url, world, ratingsPerSecond);
    if (p95 > 4 * aims.p95Ms) break;
  }
});
if (failed) process.exitCode = 1;

/** No think time: what the machine can store at all. Latency is then raters / rate, whatever the server does. */
async function saturate(url: string, world: LoadWorld): Promise<void> {
  const study = await openLoadStudy("saturation", world, { captions: 900, ratersPerItem, itemsPerRater: 50 });
  const load = new RaterLoad(url, study, raters);
  await load.join();
  const { seconds, latenciesMs } = await load.answerAll(0);
  const rate = latenciesMs.length / seconds;
  console.log(
    `closed loop: ${rate.toFixed(0)} ratings/s over ${seconds.toFixed(1)} s, ${describe(latenciesMs)}` +
      ` (goal ${aims.ratingsPerSecond}/s: ${rate >= aims.ratingsPerSecond ? "met" : "NOT MET"})`,
  );
  await verify(study, load);
}

/** Web server and worker are killed twice while all raters answer. */
async function killInTheMiddle(url: string, world: LoadWorld, supervisorPid: number): Promise<void> {
  const study = await openLoadStudy("killed", world, { captions: 900, ratersPerItem, itemsPerRater: 50 });
  const load = new RaterLoad(url, study, raters);
  await load.join();
  const total = study.items * study.ratersPerItem;
  const killed: string[] = [];
  const watch = setInterval(() => {
    if (load.acknowledged.size < (total * (killed.length / 2 + 1)) / 3) return;
    for (const [name, command] of [
      ["web server", /web.web-server[.][jt]s/],
      ["worker", /workers.worker[.][jt]s/],
    ] as const) {
      for (const pid of servicesOf(supervisorPid, command)) {
        process.kill(pid, "SIGKILL");
        killed.push(name);
      }
    }
    if (killed.length >= 4) clearInterval(watch);
  }, 50);
  await load.answerAll(0);
  clearInterval(watch);
  console.log(
    `killed and restarted in the middle: ${killed.join(", ")}; ${load.retries} submissions repeated`,
  );
  if (killed.length < 4) failed = true;
  await verify(study, load);
}

/** Raters arrive at their next answer at random, `ratingsPerSecond` together, whether or not the server keeps up. */
async function thinkBetween(url: string, world: LoadWorld, ratingsPerSecond: number): Promise<number> {
  const captions = captionsFor(ratingsPerSecond);
  const study = await openLoadStudy(`think ${ratingsPerSecond}`, world, {
    captions,
    ratersPerItem,
    // Some raters are quicker than others.
    itemsPerRater: Math.ceil((2 * captions * ratersPerItem) / raters),
  });
  const load = new RaterLoad(url, study, raters);
  await load.join();
  const result = await load.answerAll((1000 * raters) / ratingsPerSecond, {
    fromMs: 1000 * startSeconds,
    toMs: 1000 * (startSeconds + secondsPerRate),
  });
  const rate = result.latenciesMs.length / result.seconds;
  const p95 = quantile(result.latenciesMs, 0.95);
  console.log(
    `think time ${(raters / ratingsPerSecond).toFixed(1)} s: ${rate.toFixed(0)} ratings/s, ${describe(result.latenciesMs)}` +
      ` (goal p95 ${aims.p95Ms} ms: ${p95 <= aims.p95Ms ? "met" : "NOT MET"})`,
  );
  await verify(study, load);
  return p95;
}

function captionsFor(ratingsPerSecond: number): number {
  // More than are answered in the time that is measured, so that nobody runs out of items in it.
  return Math.ceil((1.5 * ratingsPerSecond * (startSeconds + secondsPerRate)) / ratersPerItem);
}

async function verify(study: Parameters<typeof checkStudy>[0], load: RaterLoad): Promise<void> {
  const checked = await checkStudy(study, load.acknowledged);
  const isSound =
    checked.wrongCount === 0 && checked.samePerson === 0 && checked.lost === 0 && checked.double === 0;
  if (!isSound) failed = true;
  console.log(
    `  ${checked.ratings} ratings of ${checked.items} items: ${checked.wrongCount} items without exactly ` +
      `${study.ratersPerItem} answers, ${checked.samePerson} answered twice by one person, ${checked.lost} acknowledged ` +
      `answers lost, ${checked.double} stored twice, sides off by ${checked.sideImbalance} at most${isSound ? "" : ": NOT SOUND"}`,
  );
}

function describe(latenciesMs: readonly number[]): string {
  const [p50, p95, p99] = [0.5, 0.95, 0.99].map((share) => quantile(latenciesMs, share).toFixed(0));
  return `p50 ${p50} ms, p95 ${p95} ms, p99 ${p99} ms`;
}
