/** Keeps a rater's answers in the browser until the server has them, across lost connections and reloads. */
import type { Lease, TrainingFeedback } from "@/lib/ratings/assigned-item";
import type { PictureMarks, RaterAnswer } from "@/lib/ratings/rater-answer";
import type { RaterStrings } from "./strings/rater-strings";

export type Answer = {
  assignmentId: string;
  answer: RaterAnswer;
  marks: PictureMarks[];
  clientKey: string;
  /** Key of the answer to the same item that this one takes the place of. */
  revises?: string;
  latencyMs: number;
  viewportPx: string;
  inputKind: "key" | "mouse" | "touch" | "pen" | "";
};

/** Why the server did not take an answer, by the name of the message that its rater reads. */
export type Refusal = keyof RaterStrings["refusals"];

/** What the server said to an answer: what comes next, and in the training round what the answer was worth. */
export type Reply = { lease: Lease | null; feedback: TrainingFeedback | null; refusal: Refusal | null };

export type OutboxEvents = {
  /** The server stored an answer, or said why it does not count (`refusal`), and named what comes next. */
  onSettled(answer: Answer, reply: Reply): void;
  /** Whether answers are waiting for a connection. */
  onWaiting(waiting: boolean): void;
};

/** A random UUID (RFC 9562, version 4). Browsers keep crypto.randomUUID from pages over plain http, which phones get. */
export function newClientKey(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6]! & 0x0f) | 0x40;
  bytes[8] = (bytes[8]! & 0x3f) | 0x80;
  const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-");
}

const firstRetryMs = 500;
const longestRetryMs = 10_000;

/** Sends answers one after the other, again and again until the server replies. Repeats are recognised by `clientKey`. */
export class AnswerOutbox {
  readonly #studyId: string;
  readonly #events: OutboxEvents;
  #answers: Answer[];
  #sending = false;
  /** Ends the pause before the next try; null while there is none. */
  #wake: (() => void) | null = null;

  constructor(studyId: string, events: OutboxEvents) {
    this.#studyId = studyId;
    this.#events = events;
    this.#answers = readStored(studyId);
  }

  /** Answers that the server has not confirmed yet. */
  get pending(): readonly Answer[] {
    return this.#answers;
  }

  add(answer: Answer): void {
    this.#keep([...this.#answers, answer]);
    void this.send();
  }

  /** Tries now; called at start, when an answer is added and when the browser says it is online again. */
  async send(): Promise<void> {
    this.#wake?.();
    if (this.#sending) return;
    this.#sending = true;
    let waitMs = firstRetryMs;
    while (this.#answers.length > 0) {
      const answer = this.#answers[0]!;
      const reply = await post(`/api/rate/${this.#studyId}/answer`, answer);
      if (typeof reply === "string") {
        this.#events.onWaiting(true);
        // One answer that the server fails on must not hold up the others.
        if (reply === "server-error") this.#keep([...this.#answersBut(answer), answer]);
        await this.#pause(waitMs);
        waitMs = Math.min(waitMs * 2, longestRetryMs);
        continue;
      }
      waitMs = firstRetryMs;
      this.#keep(this.#answersBut(answer));
      this.#events.onWaiting(false);
      this.#events.onSettled(answer, reply);
    }
    this.#sending = false;
  }

  async #pause(waitMs: number): Promise<void> {
    const woken = new Promise<void>((resolve) => {
      this.#wake = resolve;
    });
    await Promise.race([untilRetry(waitMs), woken]);
    this.#wake = null;
  }

  #answersBut(answer: Answer): Answer[] {
    return this.#answers.filter((each) => each !== answer);
  }

  #keep(answers: Answer[]): void {
    this.#answers = answers;
    this.#store();
  }

  #store(): void {
    try {
      localStorage.setItem(storageKey(this.#studyId), JSON.stringify(this.#answers));
    } catch {
      // A browser that keeps nothing (private windows, a full quota) still sends what is in memory.
    }
  }
}

/** Asks for the rater's items without an answer, until the server replies; null where it refuses. */
export async function fetchLease(studyId: string): Promise<Lease | null> {
  for (let waitMs = firstRetryMs; ; waitMs = Math.min(waitMs * 2, longestRetryMs)) {
    const reply = await post(`/api/rate/${studyId}/lease`, {});
    if (typeof reply !== "string") return reply.lease;
    await untilRetry(waitMs);
  }
}

/** Until the time is over, or the browser says that it is online again. */
async function untilRetry(waitMs: number): Promise<void> {
  const retry = new AbortController();
  await new Promise<void>((resolve) => {
    setTimeout(resolve, waitMs);
    window.addEventListener("online", () => resolve(), { signal: retry.signal });
  });
  retry.abort();
}

/** Neither a lost connection nor a failing server loses an answer; a refusal is final and comes back as its kind. */
async function post(url: string, body: object): Promise<"no-reply" | "server-error" | Reply> {
  try {
    const response = await fetch(url, {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify(body),
    });
    if (response.status >= 500 || response.status === 429) return "server-error";
    const reply = (await response.json()) as Partial<Reply> & { error?: { code: string } };
    const refusal = reply.error ? toRefusal(reply.error.code) : null;
    return { lease: reply.lease ?? null, feedback: reply.feedback ?? null, refusal };
  } catch {
    return "no-reply";
  }
}

function toRefusal(code: string): Refusal {
  return code === "gone" || code === "conflict" || code === "forbidden" ? code : "other";
}

function storageKey(studyId: string): string {
  return `semblance-answers-${studyId}`;
}

function readStored(studyId: string): Answer[] {
  try {
    const stored = JSON.parse(localStorage.getItem(storageKey(studyId)) ?? "[]") as Answer[];
    // An earlier version of this page kept answers in another form, which the server no longer reads.
    return stored.filter(({ answer }) => answer !== undefined);
  } catch {
    return [];
  }
}
