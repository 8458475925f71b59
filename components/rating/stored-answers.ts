/**
 * A device's answers in its browser's storage, each under its own key: two tabs of one browser do not overwrite each
 * other's. Nothing is removed but what the server has, and what the rater removes.
 */
import type { Answer, Refusal } from "./given-answer";

/** An answer that waits for the server, or that the server did not take. */
export type StoredAnswer = {
  answer: Answer;
  /** Milliseconds since 1970 when it was given, one later than the answer before it at least. */
  givenAt: number;
  /** Why the server did not take it; null while it waits. */
  refusal: Refusal | null;
};

/** @returns false where the browser keeps nothing (a private window, a full or blocked storage) */
export function storeAnswer(studyId: string, stored: StoredAnswer): boolean {
  try {
    localStorage.setItem(keyOf(studyId, stored.answer.clientKey), JSON.stringify(stored));
    return true;
  } catch {
    return false;
  }
}

export function removeStored(studyId: string, clientKey: string): void {
  try {
    localStorage.removeItem(keyOf(studyId, clientKey));
  } catch {
    // A browser that keeps nothing has nothing to remove.
  }
}

/** All of a study, as they were given. */
export function readStored(studyId: string): StoredAnswer[] {
  try {
    const unmoved = moveList(studyId);
    const own = Object.keys(localStorage).filter((key) => key.startsWith(keyOf(studyId, "")));
    const stored = own.flatMap((key) => toStored(localStorage.getItem(key)) ?? []);
    return [...unmoved, ...stored].sort((a, b) => a.givenAt - b.givenAt);
  } catch {
    return [];
  }
}

/** The answer behind a storage event, and null for a key of something else; `answer` is null where one was removed. */
export function storedInEvent(
  studyId: string,
  { key, newValue }: { key: string | null; newValue: string | null },
): { answer: Answer | null } | null {
  if (!key?.startsWith(keyOf(studyId, ""))) return null;
  return { answer: toStored(newValue)?.answer ?? null };
}

function keyOf(studyId: string, clientKey: string): string {
  return `semblance-answer-${studyId}-${clientKey}`;
}

function toStored(json: string | null): StoredAnswer | null {
  try {
    const stored = JSON.parse(json ?? "null") as StoredAnswer | null;
    return stored?.answer?.clientKey ? stored : null;
  } catch {
    return null;
  }
}

/**
 * A browser may still hold answers as one list under one key; each of them gets its own key.
 *
 * @returns those for which there was no room
 */
function moveList(studyId: string): StoredAnswer[] {
  const key = `semblance-answers-${studyId}`;
  const json = localStorage.getItem(key);
  if (json === null) return [];
  const unmoved = toAnswers(json)
    .map((answer, index): StoredAnswer => ({ answer, givenAt: index, refusal: null }))
    .filter((stored) => !storeAnswer(studyId, stored));
  if (unmoved.length === 0) localStorage.removeItem(key);
  return unmoved;
}

function toAnswers(json: string): Answer[] {
  try {
    const list = JSON.parse(json);
    return Array.isArray(list) ? list.filter((answer) => answer?.clientKey) : [];
  } catch {
    return [];
  }
}
