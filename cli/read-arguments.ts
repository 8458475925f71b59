/** Reads a command line: which verb it names, its arguments, and its options, each as the kind that the verb declares. */
import { parseArgs } from "node:util";
import type { CAC, Command } from "cac";
import type { z } from "zod";
import { SemblanceError } from "@/lib/errors";

type DeclaredOption = Command["options"][number];

/**
 * How an option is declared says what it takes: `--seed <n>` a number (so `<px>` and `<share>`), `--json` nothing,
 * anything else text, which stays as it was typed ("007", "", "true"). `{ type: [String] }` allows it several times.
 */
const numberPlaceholder = /<(n|px|share)>$/;
const numberPattern = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i;

export type ReadArguments = {
  /** Null where no verb is named. */
  readonly command: Command | null;
  /** What is given besides the options, without the verb. */
  readonly args: readonly string[];
  /** By the options' names in camel case; repeatable ones as lists, defaults filled in. */
  readonly options: Readonly<Record<string, unknown>>;
};

/**
 * @param words without node and script
 * @throws SemblanceError `invalid_input` for a verb or an option that there is not, a missing, superfluous or repeated
 *   value, and text where a number belongs
 */
export function readArguments(cli: CAC, words: readonly string[]): ReadArguments {
  const verb = firstWord(cli, words);
  const command = cli.commands.find((each) => verb !== undefined && each.isMatched(verb)) ?? null;
  if (verb !== undefined && command === null) {
    throw new SemblanceError("invalid_input", `There is no command “${verb}”.`, {
      remedy: "npx semblance --help lists them all.",
    });
  }
  const declared = [...cli.globalCommand.options, ...(command?.options ?? [])];
  const { tokens } = tokenise(declared, words);
  const bySpelling = new Map(declared.flatMap((option) => spellings(option).map((name) => [name, option])));
  const values = new Map<DeclaredOption, unknown[]>();
  const args: string[] = [];
  for (const token of tokens) {
    if (token.kind === "positional") args.push(token.value);
    if (token.kind !== "option") continue;
    const option = bySpelling.get(token.name);
    if (!option) throw unknownOption(token.rawName, verb);
    values.set(option, [...(values.get(option) ?? []), readValue(option, token, bySpelling)]);
  }
  return { command, args: verb === undefined ? args : args.slice(1), options: collect(declared, values) };
}

/** What these stand for is on the disk. Empty, as a variable that a shell does not have, it would be the current folder. */
const placePlaceholder = /<(file|folder|path)>$/;

/**
 * Calls a verb's work with its arguments.
 *
 * @throws SemblanceError `invalid_input` for too few, too many or empty arguments, and empty paths; what the verb throws
 */
export async function runVerb(
  command: Command,
  { args, options }: Pick<ReadArguments, "args" | "options">,
): Promise<void> {
  const usage = `semblance ${command.rawName}`;
  const missing = command.args.slice(args.length).find(({ required }) => required);
  if (missing) {
    throw new SemblanceError("invalid_input", `${missing.value} is missing: ${usage}`, {
      remedy: `npx semblance ${command.name} --help shows how.`,
    });
  }
  const empty = args.includes("")
    ? `An argument of semblance ${command.name}`
    : command.options
        .filter(({ rawName, name }) => placePlaceholder.test(rawName) && options[name] === "")
        .map(({ rawName }) => rawName.replace(/ .*/, ""))[0];
  if (empty !== undefined) throw emptyError(empty);
  const isVariadic = command.args.some(({ variadic }) => variadic);
  const [unused] = isVariadic ? [] : args.slice(command.args.length);
  if (unused !== undefined) {
    throw new SemblanceError("invalid_input", `“${unused}” is one argument too many: ${usage}`, {
      remedy: "Put text with spaces in quotes.",
    });
  }
  const given = command.args.map(({ variadic }, index) => (variadic ? args.slice(index) : args[index]));
  await command.commandAction?.(...given, options);
}

/** @param what begins the message */
export function emptyError(what: string): SemblanceError {
  return new SemblanceError("invalid_input", `${what} is empty.`, {
    remedy: "If it comes from a shell variable, that variable is not set.",
  });
}

/** What a use case says of the values that it was given, by the options that they came from. */
export function refusedValues(command: Command | null, { issues }: z.ZodError): SemblanceError {
  const faults = issues.map(({ path, message }) => {
    const field = path.join(".");
    // An option may leave out what its verb says: --language of an import is its captionLanguage.
    const option = command?.options.find(({ name }) => field.toLowerCase().endsWith(name.toLowerCase()));
    const what = option ? `--${spellings(option).at(-1)}` : field;
    return what === "" ? message : `${what}: ${message}`;
  });
  return new SemblanceError("invalid_input", faults.join("\n"), {
    remedy: "--help shows the command's options.",
  });
}

/** The verb is the first word that is neither an option nor the value of one that every verb has. */
function firstWord(cli: CAC, words: readonly string[]): string | undefined {
  const { tokens } = tokenise(cli.globalCommand.options, words);
  return tokens.find((token) => token.kind === "positional")?.value;
}

function tokenise(declared: readonly DeclaredOption[], words: readonly string[]) {
  const options = Object.fromEntries(
    declared.flatMap((option) =>
      spellings(option).map((name) => [
        name,
        {
          type: option.isBoolean ? ("boolean" as const) : ("string" as const),
          ...(name.length === 1 ? { short: name } : {}),
        },
      ]),
    ),
  );
  return parseArgs({ args: [...words], options, strict: false, allowPositionals: true, tokens: true });
}

/** "-h, --help" is typed as h and help, "--no-wait" as no-wait, "--at-epochs <list>" as at-epochs. */
function spellings({ rawName }: DeclaredOption): string[] {
  return rawName
    .replace(/\s*[<[].*$/, "")
    .split(",")
    .map((name) => name.trim().replace(/^-+/, ""));
}

function readValue(
  option: DeclaredOption,
  token: { rawName: string; value?: string | undefined; inlineValue?: boolean | undefined },
  bySpelling: ReadonlyMap<string, DeclaredOption>,
): unknown {
  const { rawName, value, inlineValue } = token;
  if (option.isBoolean) {
    if (value === undefined) return !option.negated;
    throw new SemblanceError("invalid_input", `${rawName} takes no value.`, {
      remedy: `Write only ${rawName}.`,
    });
  }
  // "--out --json" forgot the folder; "--seed -1" and "--caption -x" did not.
  const isOption = value?.startsWith("-") && bySpelling.has(value.replace(/^-+/, "").replace(/=.*$/s, ""));
  if (value === undefined || (isOption && !inlineValue)) {
    throw new SemblanceError("invalid_input", `${rawName} needs a value.`, {
      remedy: isOption
        ? `If ${value} is the value, write ${rawName}=${value}.`
        : "npx semblance --help shows how.",
    });
  }
  if (!numberPlaceholder.test(option.rawName)) return value;
  if (numberPattern.test(value) && Number.isFinite(Number(value))) return Number(value);
  throw new SemblanceError("invalid_input", `${rawName} must be a number, not “${value}”.`, {
    remedy: `Write it in digits: ${rawName} 20, or 0.5, or 1e-4.`,
  });
}

function collect(
  declared: readonly DeclaredOption[],
  values: ReadonlyMap<DeclaredOption, readonly unknown[]>,
): Record<string, unknown> {
  const options: Record<string, unknown> = {};
  for (const option of declared) {
    const given = values.get(option) ?? [];
    const isList = Array.isArray(option.config.type);
    if (given.length > 1 && !isList && !option.isBoolean) {
      throw new SemblanceError(
        "invalid_input",
        `--${spellings(option).at(-1)} is given ${given.length} times.`,
        {
          remedy: "Use it once.",
        },
      );
    }
    if (given.length > 0) options[option.name] = isList ? given : given[0];
    else if (option.config.default !== undefined && !hasPositive(option, declared)) {
      options[option.name] = option.config.default;
    }
  }
  return options;
}

/** --no-flip beside --flip means no more than that it was given: without either, nothing is said. */
function hasPositive(option: DeclaredOption, declared: readonly DeclaredOption[]): boolean {
  return option.negated && declared.some((other) => other.name === option.name && !other.negated);
}

function unknownOption(rawName: string, verb: string | undefined): SemblanceError {
  return new SemblanceError(
    "invalid_input",
    `Unknown option ${rawName}${verb === undefined ? "" : ` of semblance ${verb}`}.`,
    { remedy: `npx semblance ${verb === undefined ? "" : `${verb} `}--help lists them all.` },
  );
}
