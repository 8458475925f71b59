import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { sharedMemoryProblem } from "@/lib/platform/database/shared-memory";
import { runWithMounts, whyNoMounts } from "../../../scripts/on-tmpfs";

test.skipIf(process.platform !== "linux")("missing shared memory is noticed", () => {
  const folder = mkdtempSync(join(tmpdir(), "semblance-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  expect(sharedMemoryProblem(folder)).toBeNull();
  const missing = join(folder, "shm");
  expect(sharedMemoryProblem(missing)).toBe(`${missing} is missing`);
});

const noMounts = whyNoMounts();
if (noMounts) console.info(noMounts);

/** Starts and stops a database in a new folder; prints what kind of shared memory it uses. */
const probe = `
  import pg from "pg";
  import { startEmbeddedPostgres, stopEmbeddedPostgres } from "@/lib/platform/database/embedded-postgres";
  import { sharedMemoryProblem } from "@/lib/platform/database/shared-memory";
  console.log(sharedMemoryProblem());
  const { url } = await startEmbeddedPostgres("/mnt/data", { fast: true });
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  await client.query("SET debug_parallel_query = on");
  const { rows } = await client.query("SELECT count(*)::int AS n, current_setting('dynamic_shared_memory_type') AS kind FROM pg_class");
  console.log(rows[0].kind, rows[0].n > 100);
  await client.end();
  await stopEmbeddedPostgres("/mnt/data");
`;

test.skipIf(noMounts).each([
  ["too small", "mount -t tmpfs -o size=16m tmpfs /dev/shm", "/dev/shm has only 16 MB"],
  ["closed", "mount -t tmpfs -o ro tmpfs /dev/shm", "/dev/shm cannot be written"],
])("the database starts and works where it is %s", (_, mount, problem) => {
  const { output } = runWithMounts(
    `mount -t tmpfs tmpfs /mnt; ${mount}`,
    `${process.execPath} --import tsx --input-type=module -e '${probe.replaceAll("'", `'"'"'`)}'`,
  );
  expect(output).toContain(problem);
  expect(output).toContain("mmap true");
});
