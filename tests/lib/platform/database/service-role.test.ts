/** What web server and workers may do in the database, tested with their real role. */
import pg from "pg";
import { afterAll, beforeAll, expect, it } from "vitest";
import { ObservedPool } from "@/lib/platform/database/observed-pool";
import { grantServiceRole } from "@/lib/platform/database/service-role";
import { sessionOptions } from "@/lib/platform/database/session-limits";
import { installQueue } from "@/lib/platform/jobs/queue";
import { inRequest, requestContext } from "@/lib/platform/request/request-context";
import { withTestDatabase } from "@/tests/database";

const { url } = await withTestDatabase();
const role = { name: `service_${crypto.randomUUID().slice(0, 8)}`, password: "p'w" };
const serviceUrl = new URL(url);
serviceUrl.username = role.name;
serviceUrl.password = role.password;
let service: pg.Pool;

beforeAll(async () => {
  await installQueue(url);
  // As at every start.
  for (let start = 0; start < 2; start++) await grantServiceRole(url, role);
  service = new ObservedPool({ connectionString: serviceUrl.href, options: sessionOptions("web") });
});

afterAll(async () => {
  await service.end();
  const owner = new pg.Client({ connectionString: url });
  await owner.connect();
  await owner.query(`DROP OWNED BY ${role.name}; DROP ROLE ${role.name}`);
  await owner.end();
});

it("reads and writes rows, and the queue's", async () => {
  await service.query(`INSERT INTO "Dataset" (id, name) VALUES (gen_random_uuid(), 'dogs')`);
  await service.query(`UPDATE "Dataset" SET name = 'cats'`);
  expect((await service.query(`SELECT name FROM "Dataset"`)).rows).toEqual([{ name: "cats" }]);
  await service.query("SELECT count(*) FROM pgboss.job");
  await service.query(`SELECT pgboss.create_queue('another', '{"policy":"standard"}')`);
});

it("is no superuser", async () => {
  const { rows } = await service.query("SELECT rolsuper FROM pg_roles WHERE rolname = current_user");
  expect(rows).toEqual([{ rolsuper: false }]);
});

it.each([
  `UPDATE "AuditEntry" SET actor = 'x'`,
  `DELETE FROM "AuditEntry"`,
  `TRUNCATE "AuditEntry"`,
  `ALTER TABLE "AuditEntry" DISABLE TRIGGER ALL`,
  `DROP TABLE "Rating"`,
  `TRUNCATE "Rating"`,
  "DELETE FROM _prisma_migrations",
  "CREATE TABLE public.mine (a int)",
  "CREATE TABLE pgboss.mine (a int)",
  "CREATE ROLE mine",
  "SELECT pg_read_file('postgresql.conf')",
  "COPY (SELECT 1) TO PROGRAM 'id'",
  "SET session_replication_role = replica",
])("refuses %s", async (sql) => {
  await expect(service.query(sql)).rejects.toMatchObject({ code: "42501" });
});

it("limits the time of statements, locks and open transactions", async () => {
  const setting = async (name: string) => (await service.query(`SHOW ${name}`)).rows[0][name] as string;
  expect(await setting("statement_timeout")).toBe("30s");
  expect(await setting("lock_timeout")).toBe("10s");
  expect(await setting("idle_in_transaction_session_timeout")).toBe("1min");
  const hasty = new ObservedPool({
    connectionString: serviceUrl.href,
    options: "-c statement_timeout=100",
  });
  await expect(hasty.query("SELECT pg_sleep(5)")).rejects.toMatchObject({ code: "57014" });
  await hasty.end();
});

it.each(["57P03", "57P01", "53300", "08006"])(
  "marks the request on which the database said %s",
  async (code) => {
    // Its connection was made for somebody else.
    await service.query("SELECT 1");
    await inRequest({}, async () => {
      const raise = `DO $$ BEGIN RAISE EXCEPTION 'away' USING ERRCODE = '${code}'; END $$`;
      await expect(service.query(raise)).rejects.toMatchObject({ code });
      expect(requestContext()!.faults).toContain("database-away");
    });
  },
);

it("marks only the request whose connection was refused", async () => {
  const nobody = new ObservedPool({ connectionString: "postgresql://a:b@127.0.0.1:1/c" });
  await inRequest({}, async () => {
    await expect(nobody.query("SELECT 1")).rejects.toMatchObject({ code: "ECONNREFUSED" });
    expect(requestContext()!.faults).toContain("database-away");
  });
  await inRequest({}, async () => {
    await expect(service.query("SELECT nothing")).rejects.toMatchObject({ code: "42703" });
    expect(requestContext()!.faults.size).toBe(0);
  });
});
