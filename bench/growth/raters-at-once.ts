/** What raters notice of each other: the production build over HTTP, with the load generator on the same machine. Needs `next build`. */
import { servicesOf, withProduction } from "../production";
import { createLoadWorld, openLoadStudy } from "../rating-load/load-study";
import { quantile } from "../rating-load/quantile";
import { RaterLoad } from "../rating-load/rater-load";
import { growthRow } from "./growth-row";
import { processorSeconds } from "./processor-time";

const port = 4341;
const ratersPerItem = 5;
const secondsBetween = 5;
/** What is measured comes after it. */
const joiningAtOnce = 20;
/** Raters begin together; what is measured begins once that has passed. */
const startSeconds = 10;
const measuredSeconds = 20;

type Running = { load: RaterLoad; spent: () => { web: number; database: number; generator: number } };

/** A study with `items` answers to give, whose raters have joined. */
async function withRaters<Result>(
  raters: number,
  answers: number,
  work: (running: Running) => Promise<Result>,
): Promise<Result> {
  // Semblance has a database of its own.
  delete process.env.DATABASE_URL;
  let result: Result | undefined;
  await withProduction(port, async ({ url, supervisorPid }) => {
    const captions = Math.ceil(answers / ratersPerItem);
    const world = await createLoadWorld(captions);
    const options = { captions, ratersPerItem, itemsPerRater: Math.ceil((3 * answers) / raters) };
    const load = new RaterLoad(url, await openLoadStudy("at once", world, options), raters);
    await load.join(joiningAtOnce);
    const secondsOf = (command: RegExp) =>
      servicesOf(supervisorPid, command).reduce((sum, pid) => sum + processorSeconds(pid), 0);
    const spent = () => ({
      web: secondsOf(/web.web-server[.][jt]s/),
      database: secondsOf(/postgres/),
      generator: process.cpuUsage().user / 1e6 + process.cpuUsage().system / 1e6,
    });
    result = await work({ load, spent });
  });
  return result!;
}

const pages = growthRow({
  name: "rating pages at once",
  size: 1_000,
  unit: "raters",
  prepare: async () => ({}),
  measure: (_prepared, raters) =>
    withRaters(raters, 5 * raters, async ({ load, spent }) => {
      // Compiled by the first ones.
      await load.openPages();
      const before = spent();
      const shells = await load.openPages();
      const between = spent();
      const whole = await load.openPages({ withItems: true });
      const after = spent();
      return {
        pages: raters / shells,
        page: (1000 * (between.web - before.web)) / raters,
        items: raters / whole,
        both: (1000 * (after.web - between.web)) / raters,
        database: (1000 * (after.database - between.database)) / raters,
      };
    }),
  figures: [
    { name: "pages", unit: "pages/s", least: 150 },
    { name: "page", unit: "ms of the web server" },
    { name: "items", unit: "pages/s with their first items" },
    { name: "both", unit: "ms of the web server" },
    { name: "database", unit: "ms of PostgreSQL" },
  ],
});

const answers = growthRow({
  name: "raters, an answer each 5 s",
  size: 1_000,
  unit: "raters",
  prepare: async () => ({}),
  measure: (_prepared, raters) => {
    const wanted = raters / secondsBetween;
    const seconds = startSeconds + measuredSeconds;
    return withRaters(raters, 1.5 * wanted * seconds, async ({ load, spent }) => {
      const before = spent();
      const { latenciesMs, seconds: measured } = await load.answerAll(1000 * secondsBetween, {
        fromMs: 1000 * startSeconds,
        toMs: 1000 * seconds,
      });
      const after = spent();
      const given = load.acknowledged.size;
      const each = (who: keyof typeof after) => (1000 * (after[who] - before[who])) / given;
      return {
        rate: latenciesMs.length / measured / wanted,
        p95: quantile(latenciesMs, 0.95),
        repeated: load.retries,
        web: each("web"),
        database: each("database"),
        generator: each("generator"),
      };
    });
  },
  figures: [
    { name: "rate", unit: "of the wanted answers/s", least: 0.95 },
    { name: "p95", unit: "ms", most: 300 },
    { name: "repeated", unit: "requests", most: 0 },
    { name: "web", unit: "ms of the web server an answer" },
    { name: "database", unit: "ms of PostgreSQL" },
    { name: "generator", unit: "ms of the load generator" },
  ],
});

export const atOnceRows = [pages, answers];
