import { expect, test } from "vitest";
import { judgePassword } from "@/lib/platform/accounts/judge-password";

const ada = ["Ada Lovelace", "Ada", "Lovelace", "ada@example.org", "example"];

test.each([
  "1234567890",
  "0987654321",
  "password12",
  "Passw0rd123",
  "qwertyuiop",
  "1qaz2wsx3edc",
  "aaaaaaaaaa",
  "abcdefghij",
  "iloveyou123",
  "administrator",
  "hunter2hunter2",
  "01.02.1990",
  "Lovelace1815",
  "ada@example.org",
  "semblance1",
  "1234567890".repeat(20),
])("%s is refused, in words", (password) => {
  expect(judgePassword(password, ada)).toMatch(/^[A-Z].+[.].+[.]$/);
});

test.each([
  "six unrelated words in a row",
  "correct horse battery staple",
  "Blaue Stühle schwimmen montags",
  "kX9$mQ2vLp",
  "春眠不覺曉處處聞啼鳥",
])("%s is taken", (password) => {
  expect(judgePassword(password, ada)).toBeNull();
});

test("a long password takes no longer than a short one", () => {
  const longest = Array.from({ length: 200 }, (_, at) => String.fromCharCode(33 + ((at * 37) % 90))).join("");
  const timeOf = (password: string) => {
    const begun = performance.now();
    judgePassword(password, ada);
    return performance.now() - begun;
  };
  timeOf(longest);
  expect(timeOf(longest)).toBeLessThan(10 * timeOf(longest.slice(0, 40)) + 50);
});

test("the reason is a helpful sentence", () => {
  expect(judgePassword("1234567890", [])).toBe(
    "This is a frequently used password. Add more words that are less common.",
  );
});
