import { expect, test } from "vitest";
import { readListQuery, readPage } from "@/components/list-query";

test.each([
  [{}, 1],
  [{ page: "3" }, 3],
  [{ page: ["4", "5"] }, 4],
  [{ page: "0" }, 1],
  [{ page: "1.5" }, 1],
  [{ page: "1e300" }, 1],
  [{ page: "x" }, 1],
])("the page of %j is %i", (params, page) => {
  expect(readPage(params)).toBe(page);
});

test("a list is sorted by known keys only, ascending unless its address says otherwise", () => {
  const read = (params: Record<string, string>) =>
    readListQuery(params, ["name", "createdAt"], { sort: "createdAt", order: "desc" });
  expect(read({})).toEqual({ page: 1, sort: "createdAt", order: "desc" });
  expect(read({ sort: "name", page: "2" })).toEqual({ page: 2, sort: "name", order: "asc" });
  expect(read({ sort: "name", order: "desc" })).toEqual({ page: 1, sort: "name", order: "desc" });
  expect(read({ sort: "password" })).toEqual({ page: 1, sort: "createdAt", order: "desc" });
});
