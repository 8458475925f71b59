import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { AnswerOutbox, newClientKey, type OutboxState } from "@/components/rating/answer-outbox";
import type { Answer } from "@/components/rating/given-answer";
import { readStored } from "@/components/rating/stored-answers";
import { ratingInput } from "@/lib/rating/answer/submit-rating";

/** A browser's storage, with what a full or blocked one does. */
class Storage {
  isBlocked = false;
  getItem(key: string): string | null {
    return (this as unknown as Record<string, string>)[`${key}`] ?? null;
  }
  setItem(key: string, value: string): void {
    if (this.isBlocked) throw new DOMException("full", "QuotaExceededError");
    Object.defineProperty(this, key, { value, enumerable: true, configurable: true });
  }
  removeItem(key: string): void {
    delete (this as unknown as Record<string, string>)[key];
  }
}

const study = "0198c0de-0000-7000-8000-000000000000";
let storage: Storage;
/** What the server says to each request, in turn; the last goes on. */
let replies: (() => Response | Error)[];
let sent: Answer[];
const boxes: AnswerOutbox[] = [];

const stored = () => Response.json({ stored: "now", feedback: null, lease: { items: [] } });
const refused = (status: number, code: string, details?: object) => () =>
  Response.json({ error: { code, message: "no", details } }, { status });

beforeEach(() => {
  vi.useFakeTimers();
  storage = new Storage();
  sent = [];
  replies = [stored];
  vi.stubGlobal("localStorage", storage);
  vi.stubGlobal("window", new EventTarget());
  vi.stubGlobal("fetch", async (_url: string, { body }: { body: string }) => {
    sent.push(JSON.parse(body));
    const reply = (replies.length > 1 ? replies.shift()! : replies[0]!)();
    if (reply instanceof Error) throw reply;
    return reply;
  });
});

afterEach(() => {
  for (const box of boxes.splice(0)) box.stop();
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

function open() {
  const seen: { state: OutboxState | null; settled: (string | null)[] } = { state: null, settled: [] };
  const box = new AnswerOutbox(study, {
    onSettled: (_answer, { refusal }) => seen.settled.push(refusal),
    onChange: (state) => {
      seen.state = state;
    },
  });
  boxes.push(box);
  return { box, seen };
}

const answer = (assignmentId = newClientKey()): Answer => ({
  assignmentId,
  answer: { type: "pair", winner: "left" },
  marks: [],
  clientKey: newClientKey(),
  latencyMs: 900,
  viewportPx: "",
  inputKind: "",
});

const pass = (ms = 100) => vi.advanceTimersByTimeAsync(ms);

describe("AnswerOutbox", () => {
  it("forgets an answer only once the server has it", async () => {
    replies = [() => new TypeError("offline"), stored];
    const { box, seen } = open();
    box.add(answer());
    await pass();
    expect(readStored(study)).toHaveLength(1);
    expect(seen.state).toMatchObject({ isWaiting: true, waiting: 1 });
    await pass(1000);
    expect(readStored(study)).toEqual([]);
    expect(seen.settled).toEqual([null]);
  });

  it.each([
    ["401", refused(401, "not_signed_in"), "unknown"],
    ["403", refused(403, "forbidden"), "forbidden"],
    ["404", refused(404, "not_found"), "other"],
    ["400", refused(400, "invalid_input"), "other"],
    ["409", refused(409, "conflict"), "conflict"],
    ["410", refused(410, "gone"), "gone"],
    ["410 of a closed study", refused(410, "gone", { reason: "closed" }), "closed"],
    ["413", refused(413, "too_large"), "other"],
  ] as const)(
    "keeps what is refused with %s, goes on, and sends it again on the next visit",
    async (_, no, why) => {
      replies = [no, stored];
      const first = open();
      const lost = answer();
      first.box.add(lost);
      first.box.add(answer());
      await pass();
      expect(first.seen.settled).toEqual([why, null]);
      expect(first.seen.state).toMatchObject({ waiting: 0, kept: [{ answer: lost, refusal: why }] });
      expect(readStored(study)).toHaveLength(1);

      replies = [no];
      const later = open();
      // The rater may be given the item anew: this answer does not hide it.
      expect(later.box.pending).toEqual([]);
      void later.box.send();
      await pass();
      // Said once.
      expect(later.seen.settled).toEqual([]);
      expect(later.seen.state?.kept).toHaveLength(1);
      replies = [stored];
      later.box.retryKept();
      await pass();
      expect(later.seen.settled).toEqual([null]);
      expect(readStored(study)).toEqual([]);
    },
  );

  it("removes a refused answer only when its rater asks for it", async () => {
    replies = [refused(409, "conflict")];
    const { box, seen } = open();
    box.add(answer());
    await pass();
    box.removeKept();
    expect(seen.state?.kept).toEqual([]);
    expect(readStored(study)).toEqual([]);
  });

  it.each([
    ["an error of the server", () => new Response("", { status: 500 })],
    ["a proxy's page with a 403", () => new Response("<html>no</html>", { status: 403 })],
    ["a proxy's JSON with a 404", () => Response.json({ message: "no route" }, { status: 404 })],
    ["a network's sign-in page", () => new Response("<html>sign in</html>")],
    ["JSON of somebody else", () => Response.json({})],
    ["null", () => Response.json(null)],
    ["half a reply", () => new Response('{"stored":"no')],
    ["too many requests", refused(429, "too_many_requests")],
  ] as const)("takes %s for no reply, and lets the others by", async (_, noise) => {
    const { box, seen } = open();
    const [first, second] = [answer(), answer()];
    replies = [noise, stored];
    box.add(first);
    box.add(second);
    await pass(5000);
    expect(sent.map(({ clientKey }) => clientKey)).toEqual(
      [first, second, first].map((each) => each.clientKey),
    );
    expect(seen.settled).toEqual([null, null]);
    expect(readStored(study)).toEqual([]);
  });

  it("keeps a revision after the answer that it replaces", async () => {
    const { box } = open();
    const first = answer();
    const revision = { ...answer(first.assignmentId), revises: first.clientKey };
    replies = [() => new Response("", { status: 503 }), stored];
    for (const each of [first, revision, answer()]) box.add(each);
    await pass(5000);
    const order = sent.map(({ clientKey }) => clientKey);
    expect(order.lastIndexOf(first.clientKey)).toBeLessThan(order.indexOf(revision.clientKey));
  });

  it("resends an answer that came too soon at the time the server gave, before the next one", async () => {
    replies = [refused(429, "too_many_requests", { waitMs: 700 }), stored];
    const { box, seen } = open();
    const [first, second] = [answer(), answer()];
    box.add(first);
    box.add(second);
    await pass(699);
    expect(sent).toEqual([first]);
    expect(seen.state).toMatchObject({ isWaiting: false, waiting: 2 });
    await pass(1);
    expect(sent).toEqual([first, first, second]);
    expect(seen.settled).toEqual([null, null]);
    expect(readStored(study)).toEqual([]);
  });

  it("does not overwrite answers kept by another tab, and sends those that the tab left behind", async () => {
    replies = [() => new TypeError("offline")];
    const [one, other] = [open(), open()];
    one.box.add(answer());
    other.box.add(answer());
    await pass();
    expect(readStored(study)).toHaveLength(2);
    one.box.stop();
    replies = [stored];
    void other.box.send();
    await pass(1000);
    expect(readStored(study)).toEqual([]);
    expect(other.seen.settled).toEqual([null, null]);
  });

  it("reports a browser that cannot store anything, and still sends", async () => {
    storage.isBlocked = true;
    replies = [() => new TypeError("offline"), stored];
    const { box, seen } = open();
    box.add(answer());
    await pass();
    expect(seen.state).toMatchObject({ isWaiting: true, isUnsafe: true, waiting: 1 });
    await pass(1000);
    expect(seen.state).toMatchObject({ isWaiting: false, isUnsafe: false, waiting: 0 });
  });

  it("sends answers kept by an earlier version of the page", async () => {
    const waiting = [answer(), answer()];
    storage.setItem(`semblance-answers-${study}`, JSON.stringify(waiting));
    const { box } = open();
    expect(box.pending).toEqual(waiting);
    void box.send();
    await pass();
    expect(sent).toEqual(waiting);
    expect(Object.keys(storage).filter((key) => key.startsWith("semblance"))).toEqual([]);
  });
});

describe("newClientKey", () => {
  it("makes a new key each time, in a form that the server accepts", () => {
    const keys = Array.from({ length: 200 }, newClientKey);
    expect(new Set(keys).size).toBe(200);
    for (const clientKey of keys) expect(ratingInput.shape.clientKey.safeParse(clientKey).success).toBe(true);
  });
});
