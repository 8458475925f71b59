import { describe, expect, it } from "vitest";
import { mostAnswersOf, residualRisk } from "@/lib/rating/admission/residual-risk";
import { raterAccess } from "@/lib/studies/design/rater-access";

describe("mostAnswersOf", () => {
  it.each([
    // 60 items, three raters each, 40 items per rater: the study of 180 seats that one person filled.
    [1, 40],
    [3, 120],
    [4, 160],
    [5, 180],
    [8, 180],
    [null, 180],
  ])("of a study of 180 answers, %s identities can give %i", (identities, most) => {
    expect(mostAnswersOf(identities, { items: 60, ratersPerItem: 3, itemsPerRater: 40 })).toBe(most);
  });

  it("is bounded by what each identity may answer once", () => {
    expect(mostAnswersOf(2, { items: 10, ratersPerItem: 5, itemsPerRater: 1000 })).toBe(20);
    expect(mostAnswersOf(9, { items: 10, ratersPerItem: 5, itemsPerRater: 1000 })).toBe(50);
  });
});

describe("residualRisk", () => {
  it("says what one person could do, also for a draft with unknown numbers", () => {
    const size = { items: 60, ratersPerItem: 3, itemsPerRater: 40 };
    const text = (access: object, of: typeof size | null = size) =>
      residualRisk(raterAccess.parse(access), of).join(" ");
    expect(text({})).toContain("can be 8 raters and give 180 of the 180 answers.");
    expect(text({ ratersPerAddress: 1 })).toContain("can be 1 rater and give 40 of the 180 answers.");
    expect(text({ ratersPerAddress: null })).toContain("any number of raters and give 180 of the 180");
    expect(text({}, null)).toContain("can be 8 raters.");
    expect(text({ way: "invitations" })).toContain("Each link makes one rater.");
    expect(text({ way: "signed-ids" })).toContain("Anybody who learns the key");
  });
});
