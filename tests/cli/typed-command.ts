/** Commands as they are typed, and what they print, for tests with a database of their own. */
import { afterEach, beforeEach, vi } from "vitest";
import { main } from "@/cli/semblance";

/** What the commands of a test have printed so far. */
export const printed = { output: "", errors: "" };

/** Catches what the commands of a test file print, from before each test to after it. */
export function catchPrinted(): void {
  beforeEach(() => {
    printed.output = "";
    printed.errors = "";
    vi.spyOn(process.stdout, "write").mockImplementation((text) => {
      printed.output += text;
      return true;
    });
    vi.spyOn(process.stderr, "write").mockImplementation((text) => {
      printed.errors += text;
      return true;
    });
  });
  afterEach(() => vi.restoreAllMocks());
}

/** @returns the exit code */
export function semblance(...words: string[]): Promise<number> {
  return main(["node", "semblance", ...words]);
}
