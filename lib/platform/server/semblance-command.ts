/** Commands for people to copy, which work on this installation wherever its data folder is. */
import { resolve } from "node:path";
import { env } from "@/lib/env";

const word = /^[\w./:@%+=-]+$/;

/** A shell's word for any text. */
export function toShellWord(text: string): string {
  return word.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;
}

/**
 * A `npx semblance …` command with `--data` where the data folder is not the default one. What does not begin so is
 * returned as it is.
 */
export function semblanceCommand(command: string): string {
  const { dataFolder } = env();
  if (!command.startsWith("npx semblance ") || dataFolder === resolve("data")) return command;
  return `${command} --data ${toShellWord(dataFolder)}`;
}
