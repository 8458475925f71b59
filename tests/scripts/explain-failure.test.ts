import { expect, test } from "vitest";
import { explainFailure, spaceProblem } from "@/scripts/explain-failure.mjs";

test.each([
  ["npm error code ENOSPC\nnpm error nospc ENOSPC: no space left on device, write", "The disk is full."],
  [
    "npm error code ENOTFOUND\nnpm error network request to the registry failed",
    "The package registry could not be reached.",
  ],
  ["npm error code ECONNREFUSED", "The package registry could not be reached."],
  ["npm error code SELF_SIGNED_CERT_IN_CHAIN", "The package registry's certificate is not trusted"],
  ["npm error code E404", "The package registry does not have one of the packages."],
  ["npm error code EACCES\nnpm error syscall mkdir", "This folder or npm's cache is not writable."],
  ["FATAL ERROR: Reached heap limit Allocation failed - JavaScript heap out of memory", "too little memory"],
  ["exit SIGKILL", "too little memory"],
])("%s", (output, message) => {
  expect(explainFailure(output)).toEqual({
    message: expect.stringContaining(message),
    remedy: expect.stringMatching(/\w/),
  });
});

test("a mistake in the code is not reported as a problem of the machine", () => {
  expect(explainFailure("./app/page.tsx:3:1 Type error: Cannot find name 'x'.")).toBeNull();
});

test("required disk space is stated before a step", () => {
  expect(spaceProblem(3e9, 2.5e9, "clone")).toBeNull();
  expect(spaceProblem(0.4e9, 2.5e9, "clone")?.message).toBe(
    "The disk of clone has 0.4 GB free; this step needs 2.5 GB.",
  );
});
