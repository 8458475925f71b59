/** Who may sit down at a desk: proofs, limits, personal links, and returning people. */
import { describe, expect, it } from "vitest";
import { findCaptioner } from "@/lib/desks/join/find-captioner";
import { joinDesk } from "@/lib/desks/join/join-desk";
import { makePersonalLinks, removeCaptioner } from "@/lib/desks/join/personal-links";
import { withTestDatabase } from "@/tests/database";
import { makeDesk, sitDownByLink } from "./desk-fixture";

const { db } = await withTestDatabase();
const visit = { network: "192.0.2.9", device: "a browser", proof: undefined };

describe("the desk's link", () => {
  it("lets nobody in without a name or a proof of work", async () => {
    const desk = await makeDesk(2);
    await expect(joinDesk(desk.link, { name: " ", visit })).rejects.toMatchObject({
      details: { refusal: "name" },
    });
    await expect(joinDesk(desk.link, { name: "Ada", visit })).rejects.toMatchObject({
      details: { refusal: "proof" },
    });
    await expect(joinDesk("no such link", { name: "Ada", visit })).rejects.toMatchObject({
      code: "not_found",
    });
    expect(await db.captioner.count({ where: { deskId: desk.deskId } })).toBe(0);
  });

  it("knows who returns, and lets two in per browser and twice as many as wanted per network", async () => {
    const desk = await makeDesk(4, { people: 1 });
    const { id, token } = await sitDownByLink(desk, { device: "one" });
    expect(await joinDesk(desk.link, { token, visit })).toEqual({
      captionerId: id,
      deskId: desk.deskId,
      newToken: null,
    });
    await sitDownByLink(desk, { device: "one" });
    await expect(sitDownByLink(desk, { device: "one" })).rejects.toMatchObject({
      details: { refusal: "browser" },
    });
    await expect(sitDownByLink(desk, { device: "two" })).rejects.toMatchObject({
      details: { refusal: "address" },
    });
    const stored = JSON.stringify(await db.captioner.findMany({ where: { deskId: desk.deskId } }));
    expect(stored).not.toContain("192.0.2");
  });

  it("belongs to no desk where people have links of their own", async () => {
    const { deskId } = await makeDesk(2, { way: "personal-links" });
    expect(await db.desk.findUnique({ where: { id: deskId } })).toMatchObject({ linkToken: null });
  });
});

describe("a personal link", () => {
  it("is one person on any device, is stored as a hash, and is worth nothing once it was removed", async () => {
    const desk = await makeDesk(2, { way: "personal-links" });
    const [made, ...rest] = await makePersonalLinks({ deskId: desk.deskId, names: " Ada \n\nGrace" });
    expect(rest.map(({ name }) => name)).toEqual(["Grace"]);
    const link = made!.path.replace("/desk/", "");
    const phone = await joinDesk(link, { visit });
    const laptop = await joinDesk(link, { visit });
    expect(laptop.captionerId).toBe(phone.captionerId);
    expect(laptop.newToken).not.toBe(phone.newToken);
    expect((await findCaptioner(phone.newToken!, desk.deskId)).name).toBe("Ada");
    await expect(findCaptioner(phone.newToken!, crypto.randomUUID())).rejects.toMatchObject({
      code: "not_signed_in",
    });
    expect(JSON.stringify(await db.captioner.findMany())).not.toContain(link);
    await removeCaptioner(phone.captionerId);
    await expect(joinDesk(link, { visit })).rejects.toMatchObject({ code: "not_found" });
    await expect(findCaptioner(laptop.newToken!, desk.deskId)).rejects.toMatchObject({
      code: "not_signed_in",
    });
    await expect(removeCaptioner(phone.captionerId)).rejects.toMatchObject({ code: "conflict" });
  });
});
