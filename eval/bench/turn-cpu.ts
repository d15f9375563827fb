/**
 * CPU of a turn that is answered from knowledge: `node eval/bench/turn-cpu.ts [--turns 2000]`, on the embedded store. Prints JSON.
 *
 * Counted is all CPU of this process (user and system, every thread: rubbish collection, the database client and its socket) from the moment
 * a message is handed in until its answer is committed and handed out, one turn after the other. Not counted: the database server, which is a
 * process of its own, and HTTP, JSON frames and WebSocket, which `turns.ts` measures.
 *
 * `longestBlockMs` is the longest time the event loop stood still between "ready" and the end of the first start's learning.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { monitorEventLoopDelay } from "node:perf_hooks";
import { parseArgs } from "node:util";
import { readConfig } from "../../bot/config.ts";
import type { Inbox } from "../../bot/ports/channel.ts";
import { openDesk } from "../../bot/wire.ts";

const CONVERSATIONS = 50;
const WARM_UP = 500;
const QUESTIONS = ["怎么用支付宝充值", "多久到账", "怎么开发票", "how do I withdraw money", "忘记密码怎么办"];

const { values } = parseArgs({ options: { turns: { type: "string", default: "2000" } } });
const turns = Number(values.turns);

/** Hands a message in and waits until an answer is in the log. */
async function take(inbox: Inbox, conversationId: string, text: string): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  const stop = inbox.follow(conversationId, (added) => {
    if (added === undefined || added.some(({ activity }) => activity.replyToId !== undefined)) resolve();
  });
  await inbox.receive(conversationId, { type: "message", text });
  await promise;
  stop();
}

const dataDir = mkdtempSync(join(tmpdir(), "jietong-bench-"));
const desk = await openDesk(readConfig({ PORT: "0", JIETONG_DATA_DIR: dataDir, JIETONG_LOG: "warn" }));
try {
  const delay = monitorEventLoopDelay({ resolution: 1 });
  delay.enable();
  await desk.learnt;
  delay.disable();
  const ids: string[] = [];
  for (let index = 0; index < CONVERSATIONS; index += 1) ids.push((await desk.inbox.open({ channel: "bench", userId: `u${index}` })).id);
  const run = async (count: number): Promise<void> => {
    for (let turn = 0; turn < count; turn += 1)
      await take(desk.inbox, ids[turn % ids.length] ?? "", QUESTIONS[Math.floor(turn / ids.length) % QUESTIONS.length] ?? "");
  };
  await run(WARM_UP);
  const before = process.cpuUsage();
  const began = performance.now();
  await run(turns);
  const { user, system } = process.cpuUsage(before);
  const each = (microseconds: number): number => Math.round(microseconds / turns / 10) / 100;
  const result = {
    bench: "turn-cpu",
    turns,
    cpuMsPerTurn: each(user + system),
    userMs: each(user),
    systemMs: each(system),
    wallMs: each((performance.now() - began) * 1000),
    longestBlockMs: Math.round(delay.max / 1e6),
  };
  console.log(JSON.stringify(result, undefined, 2));
} finally {
  await desk.stop();
  rmSync(dataDir, { recursive: true, force: true });
}
