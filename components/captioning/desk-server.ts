/** What the captioner's screen asks the server. */
import type { CaptionItem, CaptionLease, SkipReason, WrittenCaption } from "@/lib/desks/captioner-requests";
import type { CaptionProblem } from "./captioner-strings";

/** Why something could not be done, in the words of `captionerStrings`. */
export type Refused = { problem: CaptionProblem };

type Answer<Value> = Value | Refused;

export function isRefused(answer: object): answer is Refused {
  return "problem" in answer;
}

export class DeskServer {
  readonly #base: string;

  constructor(deskId: string) {
    this.#base = `/api/caption/${deskId}`;
  }

  imageAddress(imageToken: string, attempt = 0): string {
    return `${this.#base}/image/${imageToken}${attempt > 0 ? `?attempt=${attempt}` : ""}`;
  }

  lease(takesMore: boolean): Promise<Answer<{ lease: CaptionLease }>> {
    return this.#post("lease", { takesMore });
  }

  save(caption: {
    taskId: string;
    position: number;
    text: string;
    isFromDraft: boolean;
  }): Promise<Answer<{ caption: WrittenCaption; lease: CaptionLease }>> {
    return this.#post("save", caption);
  }

  skip(skipped: {
    taskId: string;
    reason: SkipReason;
    text: string;
  }): Promise<Answer<{ lease: CaptionLease }>> {
    return this.#post("skip", skipped);
  }

  /** Null where the server cannot tell just now. */
  async countTokens(text: string): Promise<number | null> {
    const answer = await this.#post<{ tokens: number }>("tokens", { text });
    return isRefused(answer) ? null : answer.tokens;
  }

  async own(): Promise<Answer<{ items: CaptionItem[] }>> {
    return this.#read(fetch(`${this.#base}/own`));
  }

  #post<Value extends object>(what: string, body: object): Promise<Answer<Value>> {
    return this.#read(
      fetch(`${this.#base}/${what}`, {
        method: "POST",
        headers: { "Content-Type": "application/json" },
        body: JSON.stringify(body),
      }),
    );
  }

  async #read<Value extends object>(asked: Promise<Response>): Promise<Answer<Value>> {
    const response = await asked.catch(() => null);
    if (!response) return { problem: "offline" };
    if (response.ok) return (await response.json()) as Value;
    if (response.status === 401) return { problem: "unknown" };
    if (response.status === 429) return { problem: "busy" };
    const { error } = (await response.json().catch(() => ({}))) as {
      error?: { details?: { problem?: CaptionProblem } };
    };
    return { problem: error?.details?.problem ?? "other" };
  }
}
