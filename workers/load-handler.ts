/**
 * The handlers of jobs, found by the name of their folder: the web server, which shares the registry, must never load
 * them and the engine behind them. tests/jobs/registry.test.ts holds every kind to it.
 */
import type { LoadHandler } from "./run-job";

export const loadHandler: LoadHandler = async (kind) => (await import(`../jobs/${kind}/handler.ts`)).handle;
