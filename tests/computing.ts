/** Lets what a test file calls have things computed as the web server does, in processes beside it. */
import { afterAll } from "vitest";
import { computeIn } from "@/lib/computations/compute";
import {
  type ComputingPool,
  createComputingPool,
  usualPoolOptions,
} from "@/lib/platform/computing/computing-pool";

/** To be called after `withTestDatabase`, whose database the processes then use. */
export function withComputing(): ComputingPool {
  const pool = createComputingPool({
    ...usualPoolOptions,
    entry: new URL("../lib/computations/process.ts", import.meta.url),
  });
  computeIn(pool);
  afterAll(pool.close);
  return pool;
}
