/**
 * The role as which web server, workers and commands work. It reads and writes rows. It can neither change tables, guards
 * and roles, nor read files of the machine, as the database's owner can.
 */
import pg from "pg";

export type ServiceRole = { name: string; password: string };

/** Schemas that hold what services work with: the site's own and the job queue's. */
const schemas = ["public", "pgboss"];

/**
 * Makes the role, or brings an earlier one up to date. Called by the owner, after everything that makes tables.
 *
 * @param ownerUrl of the database whose tables the role may use
 */
export async function grantServiceRole(ownerUrl: string, { name, password }: ServiceRole): Promise<void> {
  const client = new pg.Client({ connectionString: ownerUrl });
  await client.connect();
  try {
    const role = client.escapeIdentifier(name);
    await client.query("BEGIN");
    // Two servers that start at once must not both make it.
    await client.query("SELECT pg_advisory_xact_lock(hashtext('service-role'))");
    const { rowCount } = await client.query("SELECT 1 FROM pg_roles WHERE rolname = $1", [name]);
    await client.query(
      `${rowCount === 0 ? "CREATE" : "ALTER"} ROLE ${role} WITH LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION
       PASSWORD ${client.escapeLiteral(password)}`,
    );
    await grantTables(client, role);
    await client.query("COMMIT");
  } finally {
    await client.end();
  }
}

/** The same for a role that an administrator of the database has made. */
export async function grantTablesTo(ownerUrl: string, name: string): Promise<void> {
  const client = new pg.Client({ connectionString: ownerUrl });
  await client.connect();
  try {
    await client.query("BEGIN");
    await client.query("SELECT pg_advisory_xact_lock(hashtext('service-role'))");
    await grantTables(client, client.escapeIdentifier(name));
    await client.query("COMMIT");
  } finally {
    await client.end();
  }
}

async function grantTables(client: pg.Client, role: string): Promise<void> {
  for (const schema of schemas) {
    await client.query(`
      REVOKE CREATE ON SCHEMA ${schema} FROM PUBLIC;
      GRANT USAGE ON SCHEMA ${schema} TO ${role};
      GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA ${schema} TO ${role};
      GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA ${schema} TO ${role};
      GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA ${schema} TO ${role};`);
  }
  await client.query(`
    REVOKE UPDATE, DELETE ON "AuditEntry" FROM ${role};
    REVOKE INSERT, UPDATE, DELETE ON _prisma_migrations FROM ${role};`);
}
