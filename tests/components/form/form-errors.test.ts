/** The browser shows the same errors as the server, at the same fields. */
import { zodResolver } from "@hookform/resolvers/zod";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { errorsByPath, firstMessage, renameErrors } from "@/components/form/form-errors";
import { account, firstAccount, invitation } from "@/lib/platform/accounts/account-fields";
import { fieldErrors, fieldMessage } from "@/lib/platform/accounts/field-errors";
import { planQuestion } from "@/lib/studies/planner/plan-question";

async function inBrowser(
  schema: z.ZodType<unknown, Record<string, unknown>>,
  input: Record<string, unknown>,
) {
  const read = zodResolver(schema, { error: fieldMessage }, { raw: true });
  const { errors } = await read(input, undefined, { fields: {}, shouldUseNativeValidation: false });
  return errors;
}

function onServer(schema: z.ZodType, input: unknown): Record<string, string> {
  const read = schema.safeParse(input, { error: fieldMessage });
  return read.success ? {} : fieldErrors(read.error);
}

const nested = z.object({
  name: z.string().trim().min(1, "Give it a name."),
  settings: z.object({ steps: z.int().min(1).max(9), keep: z.array(z.int().min(1)) }),
  source: z.discriminatedUnion("kind", [
    z.object({ kind: z.literal("folder"), path: z.string().min(1) }),
    z.object({ kind: z.literal("upload"), files: z.array(z.string()).min(1, "Choose files.") }),
  ]),
  side: z.enum(["left", "right"]),
});

describe("errors of a form", () => {
  it.each<[string, z.ZodType<unknown, Record<string, unknown>>, Record<string, unknown>]>([
    ["an account", account, { name: " ", email: "ada", current: "", password: "short", repeated: "x" }],
    ["a first account", firstAccount, { name: "A", email: "a@b", current: "", password: "", repeated: "" }],
    ["an invitation", invitation, { name: "x".repeat(121), email: "", role: "KING" }],
    ["a plan", planQuestion, { arms: Number.NaN, captions: 2.5, winRate: 0.2, raters: 1000, effects: "x" }],
    [
      "something nested",
      nested,
      { name: "", settings: { steps: 10, keep: [1, Number.NaN] }, source: { kind: "upload", files: [] } },
    ],
    ["another kind of the same", nested, { source: { kind: "folder", path: "" }, settings: { keep: [] } }],
  ])("of %s are the same in the browser and on the server", async (_, schema, input) => {
    const server = onServer(schema, input);
    expect(Object.keys(server).length).toBeGreaterThan(0);
    const browser = errorsByPath(await inBrowser(schema, input));
    expect(Object.fromEntries(Object.entries(browser).map(([path, { message }]) => [path, message]))).toEqual(
      server,
    );
    expect(Object.values(server).filter((message) => /^(Invalid|Too|Expected)/.test(message))).toEqual([]);
  });

  it("of shares are in percent, as the field is typed", () => {
    const shares = { winRate: 0.99, power: 0.4, tieShare: 0.9, neitherShare: -0.1, dropout: 1, excluded: 2 };
    const errors = Object.values(onServer(planQuestion, shares));
    expect(errors.length).toBe(6);
    for (const message of errors) expect(message).toContain("%");
  });

  it("of a list are at the list", async () => {
    const errors = await inBrowser(nested, { name: "", settings: { steps: 3, keep: [1, Number.NaN] } });
    expect(firstMessage((errors.settings as Record<string, unknown>).keep)).toBe("Enter a number.");
    expect(firstMessage((errors.settings as Record<string, unknown>).steps)).toBeUndefined();
  });

  it("go to the field of the value if it has a different name", async () => {
    const errors = await inBrowser(nested, { settings: { steps: 10, keep: [] } });
    const renamed = errorsByPath(renameErrors(errors, (path) => path.replace(/^settings\./, "own ")));
    expect(renamed["own steps"]?.message).toBe("At most 9.");
    expect(Object.keys(renamed)).toContain("name");
  });
});
