/** Prisma's command line: where the schema lies, and an engine that needs no download. */
import { fileURLToPath } from "node:url";
import { defineConfig } from "prisma/config";

// `generate` and `validate` only ask that the file exists; migrations are made by scripts/schema-engine.mjs.
process.env.PRISMA_SCHEMA_ENGINE_BINARY ??= fileURLToPath(new URL("./package.json", import.meta.url));

export default defineConfig({
  schema: "prisma/schema.prisma",
  migrations: { path: "prisma/migrations" },
});
