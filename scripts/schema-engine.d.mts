/** What tests use of the schema engine; its full interface is that of @prisma/schema-engine-wasm. */
import type { SchemaEngine } from "@prisma/schema-engine-wasm";

export function createSchemaEngine(options: {
  datamodels?: [path: string, content: string][];
  url: string;
  shadowUrl?: string;
}): Promise<SchemaEngine>;
