/** Simulated raters over HTTP: each joins by an invitation, answers what it is given, and repeats until it hears back. */
import { randomUUID } from "node:crypto";
import { Agent, request } from "node:http";
import pMap from "p-map";
import { makeInvitations } from "@/lib/rating/admission/invitations";
import type { Lease } from "@/lib/rating/item/assigned-item";
import type { LoadStudy } from "./load-study";

type Reply = { status: number; body: string; cookie: string | null };

/** Pause before a submission that got no reply is sent again. */
const retryMs = 200;
/** Pause of a rater who finds everything in other people's hands, and how often they come back. */
const waitMs = 250;
const mostWaits = 40;

export class RaterLoad {
  /** Client keys of all answers that the server said it stored, and how often it said so. */
  readonly acknowledged = new Map<string, number>();
  retries = 0;
  readonly #url: URL;
  readonly #study: LoadStudy;
  readonly #count: number;
  readonly #agent: Agent;
  #cookies: string[] = [];

  constructor(url: string, study: LoadStudy, count: number) {
    this.#url = new URL(url);
    this.#study = study;
    this.#count = count;
    this.#agent = new Agent({ keepAlive: true, maxSockets: count });
  }

  /** All raters open their invitations. @param atOnce how many at a time */
  async join(atOnce = this.#count): Promise<void> {
    const { id: studyId } = this.#study;
    const invitations = await makeInvitations({ studyId, count: this.#count, labels: "" }, "load test");
    this.#cookies = await pMap(
      invitations,
      async ({ token }) => {
        const path = `/join/${this.#study.inviteToken}/begin`;
        const form = `consent=yes&invitation=${token}`;
        const reply = await this.#send(path, form, "application/x-www-form-urlencoded", "");
        if (reply.cookie === null) throw new Error(`joining returned ${reply.status}: ${reply.body}`);
        return reply.cookie;
      },
      { concurrency: atOnce },
    );
  }

  /**
   * Runs all raters to the end of their work. Until `measured` ends they pause before each answer; what is then left
   * they answer at once, so that the study gets finished.
   *
   * @param meanThinkMs mean of the exponential pause before each answer; 0: answer at once
   * @param measured from when to when answers are measured, in ms from the start; by default all are
   * @returns one latency per acknowledged answer that was sent in that time, from the first byte sent to the reply
   *   read, repeats included; the seconds measured
   */
  async answerAll(
    meanThinkMs: number,
    measured = { fromMs: 0, toMs: Number.POSITIVE_INFINITY },
  ): Promise<{ seconds: number; latenciesMs: number[] }> {
    const latenciesMs: number[] = [];
    const startedAt = performance.now();
    const elapsedMs = () => performance.now() - startedAt;
    let lastMs = 0;
    await Promise.all(
      this.#cookies.map(async (cookie) => {
        let lease = await this.#lease(cookie);
        for (let waits = 0; waits < mostWaits; ) {
          const item = lease.items[0];
          if (!item) {
            if (lease.end !== "nothing-open") return;
            waits++;
            await pause(waitMs);
            lease = await this.#lease(cookie);
            continue;
          }
          if (meanThinkMs > 0 && elapsedMs() < measured.toMs) {
            const thinkMs = -Math.log(1 - Math.random()) * meanThinkMs;
            await pause(Math.min(thinkMs, Math.max(0, measured.toMs - elapsedMs())));
          }
          const sentMs = elapsedMs();
          lease = await this.#answer(cookie, item.assignmentId);
          if (sentMs < measured.fromMs || sentMs >= measured.toMs) continue;
          lastMs = elapsedMs();
          latenciesMs.push(lastMs - sentMs);
        }
      }),
    );
    this.#agent.destroy();
    const endMs = Number.isFinite(measured.toMs) ? measured.toMs : lastMs;
    return { seconds: (endMs - measured.fromMs) / 1000, latenciesMs };
  }

  /**
   * All raters load the page at once, each over a connection of its own.
   *
   * @param options.withItems also what the page asks for first
   * @returns seconds until the last one has it
   */
  async openPages({ withItems = false } = {}): Promise<number> {
    const start = performance.now();
    await Promise.all(
      this.#cookies.map(async (cookie) => {
        const page = await this.#send(`/rate/${this.#study.id}`, "", null, cookie);
        if (page.status !== 200) throw new Error(`a page returned ${page.status}`);
        if (withItems) await this.#sendUntilAnswered("open", "", cookie);
      }),
    );
    return (performance.now() - start) / 1000;
  }

  async #lease(cookie: string): Promise<Lease> {
    const { body } = await this.#sendUntilAnswered("lease", "{}", cookie);
    return (JSON.parse(body) as { lease: Lease }).lease;
  }

  async #answer(cookie: string, assignmentId: string): Promise<Lease> {
    const clientKey = randomUUID();
    const winner = (["left", "right", "tie", "both_bad"] as const)[Math.floor(Math.random() * 4)];
    const answer = { type: "pair", winner };
    const submission = {
      assignmentId,
      answer,
      clientKey,
      latencyMs: 2000,
      viewportPx: "390x844",
      inputKind: "touch",
    };
    const { status, body } = await this.#sendUntilAnswered("answer", JSON.stringify(submission), cookie);
    if (status !== 200) throw new Error(`an answer was rejected with ${status}: ${body}`);
    this.acknowledged.set(clientKey, (this.acknowledged.get(clientKey) ?? 0) + 1);
    return (JSON.parse(body) as { lease: Lease }).lease;
  }

  /** As the rater's browser does: lost connections and failures of the server are tried again with the same key. */
  async #sendUntilAnswered(what: "open" | "lease" | "answer", body: string, cookie: string): Promise<Reply> {
    for (;;) {
      const path = `/api/rate/${this.#study.id}/${what}`;
      const reply = await this.#send(path, body, "application/json", cookie).catch(() => null);
      if (reply && reply.status < 500) return reply;
      this.retries++;
      await pause(retryMs);
    }
  }

  /** @param type of the body; null for a page */
  #send(path: string, body: string, type: string | null, cookie: string): Promise<Reply> {
    return new Promise((resolve, reject) => {
      const sent = request(
        {
          host: this.#url.hostname,
          port: this.#url.port,
          path,
          method: type === null ? "GET" : "POST",
          agent: this.#agent,
          headers: {
            Cookie: cookie,
            "Accept-Encoding": "gzip",
            ...(type === null ? {} : { "Content-Type": type, "Content-Length": Buffer.byteLength(body) }),
          },
        },
        (response) => {
          const chunks: Buffer[] = [];
          response.on("data", (chunk: Buffer) => chunks.push(chunk));
          response.on("error", reject);
          response.on("end", () =>
            resolve({
              status: response.statusCode ?? 0,
              body: Buffer.concat(chunks).toString(),
              cookie:
                response.headers["set-cookie"]?.find((each) => each.startsWith("rater-"))?.split(";")[0] ??
                null,
            }),
          );
        },
      );
      sent.on("error", reject);
      sent.end(body);
    });
  }
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
