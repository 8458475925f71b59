/** Errors of a form by the path of their field. */
import { type FieldErrors, type FieldValues, set } from "react-hook-form";

type Leaf = { message: string | undefined; type: string };

/** react-hook-form's nested errors, flat: "criteria.0.question" and what is wrong there. */
export function errorsByPath(errors: FieldErrors): Record<string, Leaf> {
  const flat: Record<string, Leaf> = {};
  function walk(node: unknown, path: string[]) {
    if (typeof node !== "object" || node === null) return;
    const { message, type } = node as Partial<Leaf>;
    if (typeof type === "string" && path.length > 0) {
      flat[path.filter((part) => part !== "root").join(".")] = { message, type };
    }
    for (const [key, child] of Object.entries(node)) {
      // The control itself, and what belongs to this error rather than to a field inside.
      if (!["ref", "message", "type", "types"].includes(key)) walk(child, [...path, key]);
    }
  }
  walk(errors, []);
  return flat;
}

/** The message of a field: its own, or that of the first entry that is wrong where it is a list. */
export function firstMessage(node: unknown): string | undefined {
  const [first] = Object.values(errorsByPath({ field: node } as FieldErrors));
  return first?.message;
}

export function renameErrors<Values extends FieldValues>(
  errors: FieldErrors<Values>,
  toName: (path: string) => string,
): FieldErrors<Values> {
  const renamed = {};
  for (const [path, error] of Object.entries(errorsByPath(errors))) set(renamed, toName(path), error);
  return renamed;
}

/** Those of the paths that a control of the form shows: its own name, or that of the list it is part of. */
export function shownPaths(form: HTMLFormElement | null, paths: readonly string[]): ReadonlySet<string> {
  const isShown = (path: string): boolean => {
    if (form?.elements.namedItem(path)) return true;
    const end = path.lastIndexOf(".");
    return end > 0 && isShown(path.slice(0, end));
  };
  return new Set(paths.filter(isShown));
}
