import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { beforeEach, describe, expect, it, vi } from "vitest";
import { z } from "zod";
import { SemblanceError } from "@/lib/errors";
import type { Member } from "@/lib/platform/accounts/member";
import { protectedAction } from "@/lib/platform/accounts/protected-action";
import { readsOnly } from "@/lib/platform/audit/append-audit-entry";
import { log } from "@/lib/platform/log/log";

const asking = vi.hoisted(() => ({ member: null as Member | null }));
vi.mock("@/lib/platform/accounts/current-user", () => ({ currentUser: async () => asking.member }));

const researcher: Member = {
  id: "1",
  email: "ada@example.org",
  name: "Ada",
  role: "RESEARCHER",
  hasPassword: true,
  sessionId: "00000000-0000-4000-8000-000000000000",
  hasFreshLink: false,
};

const double = protectedAction(
  ["RESEARCHER"],
  readsOnly,
  z.object({ count: z.number().min(1) }),
  async ({ count }) => {
    if (count === 7) {
      throw new SemblanceError("conflict", "Seven is taken.", {
        remedy: "Take eight.",
        details: { field: "count" },
      });
    }
    if (count === 13) throw new Error("secret path /var/lib/x");
    return 2 * count;
  },
);

beforeEach(() => {
  asking.member = researcher;
});

describe("a protected action", () => {
  it("does nothing for strangers and for other roles", async () => {
    asking.member = null;
    expect(await double({ count: 2 })).toMatchObject({ ok: false, code: "not_signed_in" });
    asking.member = { ...researcher, role: "RATER" };
    expect(await double({ count: 2 })).toMatchObject({ ok: false, code: "forbidden" });
  });

  it("checks the role before it looks at the input", async () => {
    asking.member = null;
    expect(await double({ count: "nonsense" } as never)).toMatchObject({ code: "not_signed_in" });
  });

  it("names invalid fields in readable messages", async () => {
    expect(await double({ count: "x" } as never)).toMatchObject({
      ok: false,
      code: "invalid_input",
      fields: { count: "Enter a number." },
    });
    expect(await double({ count: 0 })).toMatchObject({ fields: { count: "At least 1." } });
  });

  it("passes on an expected error with its remedy and field, and hides an unexpected one", async () => {
    expect(await double({ count: 7 })).toEqual({
      ok: false,
      code: "conflict",
      message: "Seven is taken.",
      remedy: "Take eight.",
      fields: { count: "Seven is taken." },
    });
    const logged = vi.spyOn(log(), "error").mockImplementation((() => {}) as never);
    const answer = await double({ count: 13 });
    expect(JSON.stringify(answer)).not.toContain("secret");
    expect(answer).toMatchObject({ ok: false, code: "internal" });
    expect(logged).toHaveBeenCalled();
    logged.mockRestore();
  });

  it("returns the result of its function", async () => {
    expect(await double({ count: 4 })).toEqual({ ok: true, value: 8 });
  });
});

describe("the files of server actions", () => {
  it("export nothing that is not a protected action", () => {
    const root = fileURLToPath(new URL("../../../..", import.meta.url));
    const files = ["app", "components", "lib"].flatMap((folder) =>
      readdirSync(`${root}/${folder}`, { recursive: true, encoding: "utf8" })
        .filter((path) => /\.tsx?$/.test(path) && !path.startsWith("generated"))
        .map((path) => `${folder}/${path}`),
    );
    const actionFiles = files.filter((path) =>
      /^\s*["']use server["']/m.test(readFileSync(`${root}/${path}`, "utf8")),
    );
    expect(actionFiles.length).toBeGreaterThan(5);
    for (const path of actionFiles) {
      const source = readFileSync(`${root}/${path}`, "utf8");
      const exported = source.match(/^export (?!type\b).*$/gm) ?? [];
      expect(exported.length, path).toBeGreaterThan(0);
      for (const line of exported) expect(line, path).toMatch(/^export const \w+ = protectedAction\(/);
      // An action inside a component would escape the check above.
      expect(source.match(/["']use server["']/g), path).toHaveLength(1);
      expect(source.search(/["']use server["']/), path).toBeLessThan(source.search(/^import/m));
    }
  });
});
