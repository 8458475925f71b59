/** Verbs get what was typed: text as text, numbers as numbers, everything else is rejected by name. */
import { describe, expect, test, vi } from "vitest";
import { readArguments, runVerb } from "@/cli/read-arguments";
import { describeVerbs } from "@/cli/semblance";

const cli = describeVerbs(() => async () => {});
const read = (...words: string[]) => readArguments(cli, words);

const texts = [
  "",
  "007",
  "0",
  "1e3",
  "0x10",
  "true",
  "false",
  "-x",
  "-5",
  "null",
  "a=b",
  " ",
  "Infinity",
  "héllo",
];

/** Every option of every verb that takes text. */
const textOptions = cli.commands.flatMap((command) =>
  command.options
    .filter(({ isBoolean, rawName }) => !isBoolean && !/<(n|px|share)>$/.test(rawName))
    .map((option) => ({ verb: command.name, option })),
);

describe("text options of all verbs", () => {
  test("stay text, whatever they look like", () => {
    expect(textOptions.length).toBeGreaterThan(60);
    for (const { verb, option } of textOptions) {
      const flag = option.rawName.replace(/ .*/, "");
      for (const text of texts) {
        for (const words of [[`${flag}=${text}`], [flag, text]]) {
          const value = read(verb, ...words).options[option.name];
          expect(value, `${verb} ${words.join(" ")}`).toEqual(option.config.type ? [text] : text);
        }
      }
    }
  });

  test("that may be repeated are lists of texts", () => {
    expect(read("sample", "--caption", "", "--caption", "007", "--caption=-x").options.caption).toEqual([
      "",
      "007",
      "-x",
    ]);
    expect(read("train", "x", "--preview-caption", "7", "--preview-caption", "true").options).toMatchObject({
      previewCaption: ["7", "true"],
    });
  });

  test("that may not be repeated are rejected with an error that names them", () => {
    expect(() => read("import", "x", "--name", "a", "--name", "b")).toThrow("--name is given 2 times.");
  });

  test("without a value are rejected, also where another option follows", () => {
    expect(() => read("import", "x", "--name")).toThrow("--name needs a value.");
    expect(() => read("import", "x", "--name", "--no-wait")).toThrow("--name needs a value.");
    expect(read("import", "x", "--name=--no-wait").options).toMatchObject({ name: "--no-wait", wait: true });
  });
});

describe("numbers", () => {
  test.each([
    ["20", 20],
    ["-1", -1],
    ["0.5", 0.5],
    ["1e-4", 1e-4],
    ["007", 7],
  ])("%s", (text, number) => {
    expect(read("train", "x", "--learning-rate", text).options.learningRate).toBe(number);
  });

  test.each(["", "abc", "0x10", "1,5", "true", "NaN", "Infinity", "1e999", "5px"])("%j is none", (text) => {
    expect(() => read("train", "x", "--seed", text)).toThrow(`--seed must be a number, not “${text}”.`);
  });

  test("have their defaults", () => {
    expect(read("plan").options).toMatchObject({ arms: 3, winRate: 0.6, effects: "usual" });
  });
});

describe("flags and arguments", () => {
  test("a flag takes no value and does not turn the next word into a number", () => {
    expect(read("evaluate", "--json", "007", "1e3")).toMatchObject({
      args: ["007", "1e3"],
      options: { json: true },
    });
    expect(() => read("evaluate", "a", "b", "--json=false")).toThrow("--json takes no value.");
    expect(read("import", "x", "--no-wait").options.wait).toBe(false);
  });

  test("nothing after -- is an option", () => {
    expect(read("evaluate", "a", "--", "--json").args).toEqual(["a", "--json"]);
  });

  test("unknown verbs and options are named", () => {
    expect(() => read("draw")).toThrow("There is no command “draw”.");
    expect(() => read("sample", "--captoin", "x")).toThrow("Unknown option --captoin of semblance sample.");
    expect(() => read("sample", "--__proto__", "x")).toThrow("--__proto__");
  });

  test("too few or too many arguments are reported with the usage", async () => {
    const run = (...words: string[]) => {
      const { command, ...rest } = read(...words);
      return runVerb(command!, rest);
    };
    await expect(run("train")).rejects.toThrow("folder is missing: semblance train <folder>");
    await expect(run("train", "a", "b")).rejects.toThrow("“b” is one argument too many");
  });
});

test("the help of an option that turns something off gives no default for it", () => {
  const log = vi.spyOn(console, "info").mockImplementation(() => {});
  const verb = cli.commands.find(({ name }) => name === "import")!;
  verb.outputHelp();
  const said = log.mock.calls.flat().join("\n");
  log.mockRestore();
  expect(said).toMatch(/--no-wait +Print the job's id/);
  expect(said).not.toMatch(/--no-.*default/);
});
