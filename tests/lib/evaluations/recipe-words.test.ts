/** Recipes in words. */
import { expect, test } from "vitest";
import { recipeValue, recipeWords } from "@/lib/evaluations/recipe-words";

test("entries of a recipe and their values are shown in words", () => {
  expect(["captionPrefix", "comparedAt", "weightsSha256", "network"].map(recipeWords)).toEqual([
    "caption prefix",
    "compared at",
    "weights’ SHA-256",
    "network",
  ]);
  expect(["", true, 4, "pytorch-fid"].map(recipeValue)).toEqual(["none", "yes", "4", "pytorch-fid"]);
});
