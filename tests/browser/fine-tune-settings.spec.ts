/** Forms of fine-tunes and of samples filled in from settings files, and saved as such. */
import { readFileSync } from "node:fs";
import { expect, test } from "@playwright/test";
import { db } from "@/lib/platform/database/db";
import { storedCheckpoint } from "../stored-checkpoint";
import { signIn } from "./sign-in";

test.afterAll(() => db.$disconnect());

test("a settings file fills the form in, and the form is saved as one", async ({ page }) => {
  const name = `settings ${crypto.randomUUID().slice(0, 8)}`;
  await db.dataset.create({
    data: {
      name,
      state: "READY",
      images: {
        create: { stem: "a", position: 0, blobSha256: "0".repeat(64), widthPx: 64, heightPx: 64 },
      },
    },
  });
  await signIn(page, "RESEARCHER");
  await page.goto("/admin/fine-tunes/new");
  const choose = (text: string) =>
    page
      .getByLabel("Settings file")
      .setInputFiles({ name: "run.yaml", mimeType: "application/yaml", buffer: Buffer.from(text) });

  await choose("version: 1\nsettings:\n  epoch: 3\n  flip: yes\n");
  await expect(page.getByText("line 3: There is no setting “epoch”. The nearest is “epochs”.")).toBeVisible();
  await expect(page.getByText("line 4: settings.flip: Write true or false.")).toBeVisible();
  await choose("version: 2\nsettings: {}\n");
  await expect(page.getByText("This Semblance reads versions up to 1.")).toBeVisible();

  const file = {
    version: 1,
    name: `${name} run`,
    dataset: { name },
    start: null,
    settings: { epochs: 9, loraAlpha: 3 },
  };
  await choose(JSON.stringify({ ...file, start: { name: "no such model" }, settings: { epochs: 4 } }));
  await expect(page.getByText("There is no model “no such model” here.")).toBeVisible();
  await choose(JSON.stringify(file));
  await expect(page.getByLabel("Epochs", { exact: true })).toHaveValue("9");
  await expect(page.getByLabel("Name", { exact: true })).toHaveValue(file.name);
  await expect(page.getByText("There is no model")).toHaveCount(0);

  await page.getByLabel("Epochs", { exact: true }).fill("11");
  const saved = page.waitForEvent("download");
  await page.getByRole("button", { name: "Save settings as a file" }).click();
  const text = readFileSync(await (await saved).path(), "utf8");
  expect(text).toMatch(new RegExp(`dataset:\\n  name: ${name}\\n  revision: 1\\n  sha256: "?[0-9a-f]{64}`));
  expect(text).toContain("epochs: 11\n");
  expect(text).toContain("loraAlpha: 3\n");
});

test("so is the form of samples", async ({ page }) => {
  const name = `settings ${crypto.randomUUID().slice(0, 8)}`;
  const caption = { position: 0, text: "a dog", tokenCount: 2 };
  await db.dataset.create({
    data: {
      name,
      state: "READY",
      images: { create: { stem: "a", position: 0, captions: { create: caption } } },
    },
  });
  await db.checkpoint.create({ data: { ...storedCheckpoint, name } });
  await signIn(page, "RESEARCHER");
  await page.goto("/admin/samples/new");
  const choose = (file: object) =>
    page.getByLabel("Settings file").setInputFiles({
      name: "set.json",
      mimeType: "application/json",
      buffer: Buffer.from(JSON.stringify(file)),
    });
  const file = { version: 1, name: `${name} set`, dataset: { name }, base: { name } };
  await choose({ ...file, sampling: { guidance: "none", clipGuidanceScale: 3 } });
  await expect(page.getByText("Only CLIP guidance takes this setting.")).toBeVisible();
  await choose({ ...file, sampling: { guidance: "both", clipGuidanceScale: 7, steps: 9 } });
  await expect(page.getByLabel("Steps", { exact: true })).toHaveValue("9");
  await expect(page.getByLabel("CLIP guidance scale")).toHaveValue("7");
  await expect(page.getByLabel("Name", { exact: true })).toHaveValue(file.name);
  await page.getByLabel("Steps", { exact: true }).fill("11");
  const saved = page.waitForEvent("download");
  await page.getByRole("button", { name: "Save settings as a file" }).click();
  const text = readFileSync(await (await saved).path(), "utf8");
  expect(text).toMatch(new RegExp(`base:\\n  name: ${name}\\n  sha256: a{64}`));
  expect(text).toContain("steps: 11\n");
  expect(text).toContain("clipGuidanceScale: 7\n");
});
