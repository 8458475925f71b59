import { expect, test } from "vitest";
import { listArmSources } from "@/lib/studies/design/list-arm-sources";
import { withTestDatabase } from "@/tests/database";

const { db } = await withTestDatabase();

test("lists sources that are ready, and those in the design in any state", async () => {
  const image = { stem: "dog", position: 0, blobSha256: "a".repeat(64), widthPx: 64, heightPx: 64 };
  const ready = await db.dataset.create({
    data: { name: "ready", state: "READY", images: { create: image } },
  });
  await db.dataset.create({
    data: { name: "captions alone", state: "READY", images: { create: { stem: "1", position: 0 } } },
  });
  const importing = await db.dataset.create({ data: { name: "importing", state: "IMPORTING" } });
  await db.dataset.create({ data: { name: "failed", state: "FAILED" } });
  const namesOf = async (...design: Parameters<typeof listArmSources>) =>
    (await listArmSources(...design)).map(({ name }) => name);
  expect(await namesOf()).toEqual(["ready"]);
  const arms = [
    { name: "a", datasetId: importing.id },
    { name: "b", datasetId: ready.id },
  ];
  expect(await namesOf({ arms })).toEqual(["importing", "ready"]);
});
