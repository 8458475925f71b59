#!/usr/bin/env node
/**
 * Prisma's schema engine for machines that cannot download one: the WebAssembly build behind the native engine's
 * interface (JSON-RPC, one message a line), so that `prisma migrate dev|deploy|diff|status` work offline.
 * prisma.config.ts names this file as the engine.
 */
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { createInterface } from "node:readline";
import { pathToFileURL } from "node:url";
import { parseArgs } from "node:util";
import { PrismaPg } from "@prisma/adapter-pg";
import { bindMigrationAwareSqlAdapterFactory } from "@prisma/driver-adapter-utils";
import pg from "pg";
import Result from "pg/lib/result.js";

const require = createRequire(import.meta.url);

// The engine reads system catalogues whose columns have PostgreSQL's one-byte type "char", which the adapter does
// not know. It is shown text, and what it announces to the engine is corrected to Prisma's character type.
const charTypeId = 18;
const textTypeId = 25;
const prismaCharacter = 6;
let charColumns = [];
const addFields = Result.prototype.addFields;
Result.prototype.addFields = function (fields) {
  charColumns = [];
  for (const [column, field] of fields.entries()) {
    if (field.dataTypeID !== charTypeId) continue;
    field.dataTypeID = textTypeId;
    charColumns.push(column);
  }
  return addFields.call(this, fields);
};

/** Mends an adapter. The engine asks one query at a time, so the columns noted last belong to the result at hand. */
async function toEngineAdapter(connecting) {
  const adapter = await connecting;
  const queryRaw = adapter.queryRaw.bind(adapter);
  adapter.queryRaw = async (query) => {
    const result = await queryRaw(query);
    for (const column of charColumns) result.columnTypes[column] = prismaCharacter;
    return result;
  };
  // The adapter cuts scripts at every semicolon, also at those inside function bodies.
  adapter.executeScript = async (script) => void (await adapter.underlyingDriver().query(script));
  return adapter;
}

/** The WebAssembly engine expects a new shadow database each time. */
async function emptied(shadow) {
  const adapter = await toEngineAdapter(shadow.connect());
  await adapter.executeScript('DROP SCHEMA IF EXISTS "public" CASCADE; CREATE SCHEMA "public";');
  return adapter;
}

let loading;

/** The bindings keep their memory in module variables: one instance per process. */
async function loadBindings() {
  const bindings = await import("@prisma/schema-engine-wasm/schema_engine_bg");
  const entry = require.resolve("@prisma/schema-engine-wasm");
  const bytes = readFileSync(entry.replace(/schema_engine\.js$/, "schema_engine_bg.wasm"));
  const { instance } = await WebAssembly.instantiate(bytes, { "./schema_engine_bg.js": bindings });
  bindings.__wbg_set_wasm(instance.exports);
  instance.exports.__wbindgen_start();
  return bindings;
}

/**
 * The engine for some schema files and a datasource. It empties the shadow database at will, which therefore must
 * not be the main one.
 */
export async function createSchemaEngine({ datamodels = [], url, shadowUrl }) {
  loading ??= loadBindings();
  const bindings = await loading;
  if (shadowUrl && shadowUrl === url)
    throw new Error("SHADOW_DATABASE_URL must not be DATABASE_URL: it is emptied.");
  const main = new PrismaPg({ connectionString: url });
  const shadow = shadowUrl ? new PrismaPg({ connectionString: shadowUrl }) : null;
  return bindings.SchemaEngine.new(
    { datamodels: datamodels.length > 0 ? datamodels : undefined },
    () => {},
    bindMigrationAwareSqlAdapterFactory({
      provider: main.provider,
      adapterName: main.adapterName,
      connect: () => toEngineAdapter(main.connect()),
      connectToShadowDb: () => (shadow ? emptied(shadow) : toEngineAdapter(main.connectToShadowDb())),
    }),
  );
}

/** Renames of the command line's calls to the engine's methods. */
const methodNames = { getDatabaseVersion: "version" };

async function answerCalls() {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      datamodels: { type: "string", multiple: true, default: [] },
      datasource: { type: "string", default: "{}" },
      "enabled-preview-features": { type: "string" },
      "extension-types": { type: "string" },
    },
  });
  const datasource = JSON.parse(values.datasource);
  if (positionals[0] === "cli") return runDatabaseCommand(positionals[1], datasource.url);
  const datamodels = values.datamodels.map((path) => [path, readFileSync(path, "utf8")]);
  const engine = await createSchemaEngine({
    datamodels,
    url: datasource.url,
    shadowUrl: datasource.shadowDatabaseUrl,
  });
  for await (const line of createInterface({ input: process.stdin })) {
    const { id, method, params } = JSON.parse(line);
    let reply;
    try {
      if (method === "createDatabase") {
        reply = { result: { databaseName: new URL(datasource.url).pathname.slice(1) } };
      } else {
        const result = await engine[methodNames[method] ?? method](params);
        // Prisma prints nothing of its own for a diff: the native engine asks it to.
        if (method === "diff" && result.stdout) {
          say({ id: 0, method: "print", params: { content: result.stdout } });
        }
        reply = { result: result ?? {} };
      }
    } catch (error) {
      reply = {
        error: {
          code: 4466,
          message: String(error),
          data: { is_panic: false, message: error.message ?? String(error) },
        },
      };
    }
    say({ id, ...reply });
  }
  process.exit(0);
}

/** `can-connect-to-database` and `create-database`; a failure is told as a log line below a heading. */
async function runDatabaseCommand(command, url) {
  const target = new URL(url);
  const name = decodeURIComponent(target.pathname.slice(1));
  if (command === "create-database") target.pathname = "/postgres";
  const client = new pg.Client({ connectionString: target.href });
  try {
    await client.connect();
    if (command === "create-database") await client.query(`CREATE DATABASE ${client.escapeIdentifier(name)}`);
    await client.end();
  } catch (error) {
    const missing = error.code === "3D000";
    const fields = { error_code: missing ? "P1003" : "P1001", message: error.message };
    process.stderr.write(`\n${JSON.stringify({ level: "ERROR", target: "schema_engine::logger", fields })}`);
    process.exitCode = 1;
  }
}

function say(message) {
  process.stdout.write(`${JSON.stringify({ jsonrpc: "2.0", ...message })}\n`);
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) await answerCalls();
