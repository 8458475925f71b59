/** Before each test file of a process that runs many: our modules are loaded anew, and settings are as at the beginning. */
import { vi } from "vitest";

const holder = globalThis as { [name: string]: unknown; firstEnvironment?: NodeJS.ProcessEnv };

holder.firstEnvironment ??= { ...process.env };
for (const name of Object.keys(process.env)) {
  if (!(name in holder.firstEnvironment)) delete process.env[name];
}
Object.assign(process.env, holder.firstEnvironment);

// What modules keep once per process, such as the database's client.
for (const name of Object.keys(globalThis)) if (name.startsWith("semblance")) delete holder[name];
vi.resetModules();
