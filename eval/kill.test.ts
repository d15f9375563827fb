import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, expect, it } from "vitest";
import { openCustomer } from "./customer.ts";
import { startServer } from "./server-process.ts";

const KILLS = 20;
const dataDir = mkdtempSync(join(tmpdir(), "jietong-kill-"));
afterAll(() => rmSync(dataDir, { recursive: true, force: true }));

interface Acknowledged {
  readonly conversationId: string;
  readonly token: string;
  readonly texts: string[];
  readonly wantsPerson: boolean;
}

it(`loses no acknowledged message and no case over ${KILLS} kills of the whole server`, { timeout: 240_000 }, async () => {
  const port = String(20_000 + (process.pid % 20_000));
  const environment = { PORT: port, JIETONG_DATA_DIR: dataDir, JIETONG_LOG: "silent" };
  const known: Acknowledged[] = [];
  let count = 0;
  for (let kill = 0; kill < KILLS; kill += 1) {
    const server = await startServer(environment);
    let alive = true;
    const writers = [0, 1].map(async (writer) => {
      while (alive) {
        try {
          const customer = await openCustomer(server.url, { locale: "zh-CN" });
          const mine: Acknowledged = {
            conversationId: customer.conversationId,
            token: customer.token,
            texts: [],
            wantsPerson: writer === 0,
          };
          known.push(mine);
          for (const text of mine.wantsPerson ? ["怎么开发票", "转人工"] : ["怎么用支付宝充值", "多久到账"]) {
            count += 1;
            const marked = text === "转人工" ? text : `${text} ${count}号`;
            if ((await customer.post(marked, `c${count}`)).ok) mine.texts.push(marked);
          }
        } catch {
          // The server was killed under us: what was not acknowledged does not count.
          await sleep(5);
        }
      }
    });
    // From the first request to well into the work; always at another moment.
    await sleep(20 + ((kill * 137) % 600));
    await server.kill();
    alive = false;
    await Promise.all(writers);
  }

  const server = await startServer(environment);
  try {
    const { apiKey } = JSON.parse(readFileSync(join(dataDir, "secrets.json"), "utf8")) as { apiKey: string };
    const withMessages = known.filter((conversation) => conversation.texts.length > 0);
    expect(withMessages.length).toBeGreaterThan(KILLS);
    expect(withMessages.some((conversation) => conversation.wantsPerson && conversation.texts.length === 2)).toBe(true);
    const lost: string[] = [];
    const unanswered = new Set(withMessages);
    const until = Date.now() + 30_000;
    while (unanswered.size > 0 && Date.now() < until) {
      for (const conversation of unanswered) {
        const base = `${server.url}/v3/directline/conversations/${conversation.conversationId}/activities`;
        const response = await fetch(base, { headers: { authorization: `Bearer ${conversation.token}` } });
        expect(response.status).toBe(200);
        const { activities } = (await response.json()) as {
          activities: { text?: string; from: { role?: string }; channelData?: { jietong?: { turn?: string } } }[];
        };
        for (const text of conversation.texts) {
          const times = activities.filter((activity) => activity.from.role === "user" && activity.text === text).length;
          if (times !== 1) lost.push(`${text}: ${times} times in the log`);
        }
        const lastIsAnswered = activities.at(-1)?.from.role === "bot";
        if (lastIsAnswered) unanswered.delete(conversation);
      }
      if (unanswered.size > 0) await sleep(300);
    }
    expect(lost).toEqual([]);
    expect([...unanswered].map((conversation) => conversation.conversationId)).toEqual([]);

    for (const conversation of withMessages.filter((one) => one.wantsPerson && one.texts.length === 2)) {
      const found = await fetch(`${server.url}/api/v1/cases?conversationId=${conversation.conversationId}`, {
        headers: { authorization: `Bearer ${apiKey}` },
      });
      const { items } = (await found.json()) as { items: { status: string; entry?: { state: string } }[] };
      expect(items).toHaveLength(1);
      expect(items[0]).toMatchObject({ status: "queued", entry: { state: "waiting" } });
    }
  } finally {
    expect(await server.stop()).toBe(0);
  }
});
