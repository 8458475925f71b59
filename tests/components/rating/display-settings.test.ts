import { describe, expect, it } from "vitest";
import {
  displayCookieName,
  readDisplaySettings,
  readerLanguage,
  toDisplayCookie,
} from "@/components/rating/display-settings";
import { de } from "@/components/rating/strings/de";
import { en } from "@/components/rating/strings/en";

const usual = { language: null, captionScale: 1, highContrast: false, shortcuts: true } as const;

describe("display settings", () => {
  it("are read from their cookie, and are the defaults if it cannot be read", () => {
    const own = { language: "de", captionScale: 1.5, highContrast: true, shortcuts: false } as const;
    const cookie = toDisplayCookie(own)
      .split(";")[0]!
      .slice(displayCookieName.length + 1);
    expect(readDisplaySettings(cookie)).toEqual(own);
    for (const broken of [undefined, "%", "{}", encodeURIComponent('{"captionScale":3}')]) {
      expect(readDisplaySettings(broken)).toEqual(usual);
    }
  });

  it("prefer the language chosen by the reader, then the browser's, then English", () => {
    expect(readerLanguage({ ...usual, language: "en" }, "de-DE,de;q=0.9")).toBe("en");
    expect(readerLanguage(usual, "fr-FR, de-CH;q=0.8, en;q=0.5")).toBe("de");
    expect(readerLanguage(usual, "en-GB,de;q=0.5")).toBe("en");
    expect(readerLanguage(usual, "fr")).toBe("en");
    expect(readerLanguage(usual, null)).toBe("en");
  });
});

describe("German", () => {
  /** Functions with an example, so that their texts can be compared. */
  const texts = (strings: object): [string, string][] =>
    Object.entries(strings).flatMap(([name, entry]): [string, string][] => {
      if (typeof entry === "function") return [[name, entry(2, 3)]];
      if (typeof entry === "string") return [[name, entry]];
      return texts(entry).map(([inner, text]) => [`${name}.${inner}`, text]);
    });

  it("translates every English string", () => {
    const same = new Map(texts(en));
    const alike = texts(de).filter(([name, text]) => text === "" || same.get(name) === text);
    expect(alike.map(([name]) => name)).toEqual(["minutesLeftShort", "pause"]);
    const named = texts(de).map(([name]) => name);
    for (const [name] of same) expect(named).toContain(name);
  });
});
