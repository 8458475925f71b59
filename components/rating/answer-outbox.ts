/** Keeps a rater's answers on the device until the server has them, across lost connections, reloads and refusals. */
import type { Lease, TrainingFeedback } from "@/lib/rating/item/assigned-item";
import type { ItemReport } from "@/lib/rating/item/item-report";
import type { Answer, Refusal } from "./given-answer";
import { readStored, removeStored, type StoredAnswer, storeAnswer } from "./stored-answers";
import { firstRetryMs, longestRetryMs, untilRetry } from "./until-retry";

/** What the server said to an answer: what comes next, and in the training round what the answer was worth. */
export type Reply = { lease: Lease | null; feedback: TrainingFeedback | null; refusal: Refusal | null };

export type OutboxState = {
  /** Whether answers are waiting for a connection. */
  isWaiting: boolean;
  /** Whether the waiting ones are lost with the page: the browser keeps nothing. */
  isUnsafe: boolean;
  waiting: number;
  /** Answers that the server did not take; they stay until it does or the rater removes them. */
  kept: readonly StoredAnswer[];
};

export type OutboxEvents = {
  /** The server stored an answer, or said why it does not count (`refusal`), and named what comes next. */
  onSettled?(answer: Answer, reply: Reply): void;
  onChange(state: OutboxState): void;
};

/** A random UUID (RFC 9562, version 4). Browsers keep crypto.randomUUID from pages over plain http, which phones get. */
export function newClientKey(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6]! & 0x0f) | 0x40;
  bytes[8] = (bytes[8]! & 0x3f) | 0x80;
  const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-");
}

/**
 * Sends answers one after the other, again and again until the server replies. Repeats are recognised by `clientKey`.
 * What the server refuses stays on the device: it is sent once more with every visit, and on request.
 */
export class AnswerOutbox {
  readonly #studyId: string;
  readonly #events: OutboxEvents;
  #waiting: StoredAnswer[] = [];
  #kept: StoredAnswer[] = [];
  /** Keys of answers that are in this page's memory alone. */
  readonly #unstored = new Set<string>();
  #isSending = false;
  #isStopped = false;
  #isWaiting = false;
  /** Ends the pause before the next try; null while there is none. */
  #wake: (() => void) | null = null;

  constructor(studyId: string, events: OutboxEvents) {
    this.#studyId = studyId;
    this.#events = events;
    this.#waiting = readStored(studyId);
  }

  /** Answers that the server has neither confirmed nor refused yet. */
  get pending(): readonly Answer[] {
    return this.#waiting.filter(({ refusal }) => refusal === null).map(({ answer }) => answer);
  }

  add(answer: Answer): void {
    const givenAt = Math.max(Date.now(), ...this.#waiting.map((each) => each.givenAt + 1));
    const stored: StoredAnswer = { answer, givenAt, refusal: null };
    this.#waiting.push(stored);
    this.#store(stored);
    void this.send();
  }

  /** Tries now what waits, here or left behind by another tab: at start, and when the page is looked at again. */
  async send(): Promise<void> {
    this.#wake?.();
    this.#adopt();
    this.#change();
    if (this.#isSending) return;
    this.#isSending = true;
    let waitMs = firstRetryMs;
    while (this.#waiting.length > 0 && !this.#isStopped) {
      const stored = this.#waiting[0]!;
      const reply = await post(`/api/rate/${this.#studyId}/answer`, stored.answer);
      if (typeof reply === "object" && "waitMs" in reply) {
        // Too close behind another for the server: perhaps both have waited on the device.
        await this.#pause(reply.waitMs);
        continue;
      }
      if (typeof reply === "string") {
        this.#isWaiting = true;
        // One answer that the server fails on must not hold up the others; its revisions stay behind it.
        if (reply === "server-error") {
          const isOfItem = ({ answer }: StoredAnswer) => answer.assignmentId === stored.answer.assignmentId;
          this.#waiting = [
            ...this.#waiting.filter((each) => !isOfItem(each)),
            ...this.#waiting.filter(isOfItem),
          ];
        }
        this.#change();
        await this.#pause(waitMs);
        waitMs = Math.min(waitMs * 2, longestRetryMs);
        continue;
      }
      waitMs = firstRetryMs;
      this.#isWaiting = false;
      this.#settle(stored, reply);
    }
    this.#isSending = false;
  }

  /** Sends once more what the server did not take. */
  retryKept(): void {
    this.#waiting.push(...this.#kept);
    this.#kept = [];
    void this.send();
  }

  /** Forgets what the server did not take, at its rater's wish. */
  removeKept(): void {
    for (const { answer } of this.#kept) this.#forget(answer);
    this.#kept = [];
    this.#change();
  }

  /** For a page that is left: what waits stays in the storage. */
  stop(): void {
    this.#isStopped = true;
    this.#wake?.();
  }

  #settle(stored: StoredAnswer, reply: Reply): void {
    this.#waiting = this.#waiting.filter((each) => each !== stored);
    if (reply.refusal === null) this.#forget(stored.answer);
    else {
      const kept = { ...stored, refusal: reply.refusal };
      this.#kept.push(kept);
      this.#store(kept);
    }
    this.#change();
    // Its rater has read before why an answer was not taken.
    if (reply.refusal === null || stored.refusal === null) this.#events.onSettled?.(stored.answer, reply);
  }

  /** What other tabs have stored and not sent; the server recognises what two of them send. */
  #adopt(): void {
    const known = new Set([...this.#waiting, ...this.#kept].map(({ answer }) => answer.clientKey));
    const others = readStored(this.#studyId).filter(
      ({ answer, refusal }) => refusal === null && !known.has(answer.clientKey),
    );
    this.#waiting.push(...others);
  }

  #store(stored: StoredAnswer): void {
    if (storeAnswer(this.#studyId, stored)) this.#unstored.delete(stored.answer.clientKey);
    else this.#unstored.add(stored.answer.clientKey);
    this.#change();
  }

  #forget({ clientKey }: Answer): void {
    removeStored(this.#studyId, clientKey);
    this.#unstored.delete(clientKey);
  }

  #change(): void {
    this.#events.onChange({
      isWaiting: this.#isWaiting,
      isUnsafe: this.#unstored.size > 0,
      waiting: this.#waiting.length,
      kept: [...this.#kept],
    });
  }

  async #pause(waitMs: number): Promise<void> {
    const woken = new Promise<void>((resolve) => {
      this.#wake = resolve;
    });
    await Promise.race([untilRetry(waitMs), woken]);
    this.#wake = null;
  }
}

/** Asks for the rater's items without an answer, until the server replies; why it refuses, where it does. */
export async function fetchLease(studyId: string): Promise<Lease | Refusal> {
  for (let waitMs = firstRetryMs; ; waitMs = Math.min(waitMs * 2, longestRetryMs)) {
    const reply = await post(`/api/rate/${studyId}/lease`, {});
    if (typeof reply !== "string" && !("waitMs" in reply)) return reply.lease ?? reply.refusal ?? "other";
    await untilRetry(waitMs);
  }
}

/** Sends a report once. @returns what comes next; null where the server did not take it, or was out of reach */
export async function sendReport(studyId: string, report: ItemReport): Promise<Lease | null> {
  const reply = await post(`/api/rate/${studyId}/report`, report);
  return typeof reply === "string" || "waitMs" in reply ? null : reply.lease;
}

/** A code for going on at another device; null where the server gives none just now. */
export async function fetchDeviceCode(studyId: string): Promise<string | null> {
  try {
    const response = await fetch(`/api/rate/${studyId}/code`, { method: "POST" });
    const { code } = (await response.json()) as { code?: unknown };
    return typeof code === "string" ? code : null;
  } catch {
    return null;
  }
}

type ServerReply = Partial<Reply> & {
  stored?: string;
  error?: { code?: unknown; details?: { reason?: unknown; waitMs?: unknown } };
};

/** The server takes the same request a little later. */
type Wait = { waitMs: number };

/**
 * Neither a lost connection nor a failing server loses an answer. Only what Semblance itself says counts as a reply: a
 * network's sign-in page and a proxy's error page may come with any status.
 */
async function post(url: string, body: object): Promise<"no-reply" | "server-error" | Wait | Reply> {
  const response = await fetch(url, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify(body),
  }).catch(() => null);
  if (!response) return "no-reply";
  try {
    if (response.status >= 500 || response.status === 408) return "server-error";
    const reply = (await response.json()) as ServerReply | null;
    if (response.status === 429) {
      const waitMs = reply?.error?.details?.waitMs;
      return typeof waitMs === "number" ? { waitMs } : "server-error";
    }
    const lease = reply?.lease ?? null;
    const feedback = reply?.feedback ?? null;
    if (response.ok) {
      return reply?.stored !== undefined || lease ? { lease, feedback, refusal: null } : "server-error";
    }
    if (typeof reply?.error?.code !== "string") return "server-error";
    return { lease, feedback, refusal: toRefusal(reply.error.code, reply.error.details?.reason) };
  } catch {
    return "server-error";
  }
}

function toRefusal(code: string, reason: unknown): Refusal {
  if (code === "gone" && reason === "closed") return "closed";
  if (code === "not_signed_in") return "unknown";
  return code === "gone" || code === "conflict" || code === "forbidden" ? code : "other";
}
