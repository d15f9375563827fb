/**
 * Speed of a turn that is answered from knowledge, over real HTTP against a server of its own: time from the customer's POST to the answer on
 * his WebSocket, CPU of the server for each turn, and memory at rest. Budgets: p99 under 15 ms at 50 turns/s, under 3 ms CPU, under 200 MB.
 */
import { spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

const ROOT = join(import.meta.dirname, "../..");
/** As `npm start` has them. */
const FLAGS = "--max-semi-space-size=4 --v8-pool-size=2";
const TURNS_A_SECOND = 50;
const SECONDS = Number(process.env.BENCH_SECONDS ?? 20);
const CONVERSATIONS = 50;
const QUESTION = "怎么用支付宝充值";
/** An answer that takes longer than this ends the measuring. */
const ANSWER_MS = 30_000;

export interface TurnFigures {
  readonly turns: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly mostMs: number;
  readonly cpuMsPerTurn: number;
  readonly idleMb: number;
  readonly startSeconds: number;
}

/** CPU milliseconds a process has used (user and system), from /proc. */
function cpuMs(pid: number): number {
  const fields = readFileSync(`/proc/${pid}/stat`, "utf8")
    .replace(/^.*\) /u, "")
    .split(" ");
  return (Number(fields[11]) + Number(fields[12])) * 10;
}

function residentMb(pid: number): number {
  return Number(/VmRSS:\s+(\d+)/u.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1] ?? 0) / 1024;
}

export async function measureTurns(): Promise<TurnFigures> {
  const dataDir = process.env.BENCH_DATA ?? mkdtempSync(join(tmpdir(), "jietong-bench-"));
  const began = performance.now();
  const server = spawn(process.execPath, [...(process.env.BENCH_NODE ?? FLAGS).split(" ").filter(Boolean), join(ROOT, "bot/main.ts")], {
    env: { ...process.env, PORT: "0", JIETONG_DATA_DIR: dataDir },
    stdio: ["ignore", "pipe", "inherit"],
  });
  try {
    const url = await new Promise<string>((resolve, reject) => {
      let said = "";
      server.stdout.on("data", (piece: Buffer) => {
        said += piece;
        const match = /(http:\/\/[\d.]+:\d+)\/\s/u.exec(said);
        if (match?.[1]) resolve(match[1]);
      });
      server.once("exit", () => reject(new Error(`the server did not start:\n${said}`)));
    });
    const startSeconds = (performance.now() - began) / 1000;
    const pid = server.pid ?? 0;
    await sleep(3000);
    const idleMb = residentMb(pid);
    const customers = await Promise.all(Array.from({ length: CONVERSATIONS }, () => openStream(url)));
    for (const customer of customers) await customer.ask(QUESTION);

    const before = cpuMs(pid);
    const times: Promise<number>[] = [];
    const started = performance.now();
    for (let turn = 0; turn < TURNS_A_SECOND * SECONDS; turn += 1) {
      const due = started + (turn * 1000) / TURNS_A_SECOND;
      if (due > performance.now()) await sleep(due - performance.now());
      const customer = customers[turn % CONVERSATIONS];
      if (customer) times.push(customer.ask(QUESTION));
    }
    const sorted = (await Promise.all(times)).sort((a, b) => a - b);
    const cpu = cpuMs(pid) - before;
    const at = (share: number): number =>
      Math.round((sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN) * 100) / 100;
    for (const customer of customers) customer.close();
    return {
      turns: sorted.length,
      p50Ms: at(0.5),
      p99Ms: at(0.99),
      mostMs: at(1),
      cpuMsPerTurn: Math.round((cpu / sorted.length) * 100) / 100,
      idleMb: Math.round(idleMb),
      startSeconds: Math.round(startSeconds * 10) / 10,
    };
  } finally {
    server.kill("SIGTERM");
    await new Promise((resolve) => server.once("exit", resolve));
    if (!process.env.BENCH_DATA) rmSync(dataDir, { recursive: true, force: true });
  }
}

async function openStream(url: string): Promise<{ ask(text: string): Promise<number>; close(): void }> {
  const opened = (await (
    await fetch(`${url}/api/widget/session`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: '{"locale":"zh-CN"}',
    })
  ).json()) as { conversationId: string; token: string };
  const headers = { authorization: `Bearer ${opened.token}`, "content-type": "application/json" };
  const resumed = (await (await fetch(`${url}/v3/directline/conversations/${opened.conversationId}`, { headers })).json()) as {
    streamUrl: string;
  };
  const socket = new WebSocket(resumed.streamUrl);
  /** Posted ids in order with who waits for them: an answer answers its message and every earlier one (messages of one turn share it). */
  const waiting: { id: string | undefined; resolve: () => void }[] = [];
  const answered = new Set<string>();
  const settle = (): void => {
    const last = waiting.findLastIndex(({ id }) => id !== undefined && answered.has(id));
    for (const { resolve } of waiting.splice(0, last + 1)) resolve();
  };
  socket.addEventListener("message", ({ data }) => {
    if (String(data) === "") return;
    const { activities } = JSON.parse(String(data)) as { activities: { type: string; from: { role?: string }; replyToId?: string }[] };
    for (const activity of activities)
      if (activity.type === "message" && activity.from.role === "bot" && activity.replyToId !== undefined) answered.add(activity.replyToId);
    settle();
  });
  const closed = new Promise<never>((_resolve, reject) =>
    socket.addEventListener("close", () => reject(new Error("the stream ended, or no answer came")), { once: true }),
  );
  closed.catch(() => {});
  await new Promise((resolve, reject) => {
    socket.addEventListener("open", resolve, { once: true });
    socket.addEventListener("error", reject, { once: true });
  });
  return {
    ask: async (text) => {
      const began = performance.now();
      const { promise, resolve } = Promise.withResolvers<void>();
      const mine: (typeof waiting)[number] = { id: undefined, resolve };
      waiting.push(mine);
      const posted = await fetch(`${url}/v3/directline/conversations/${opened.conversationId}/activities`, {
        method: "POST",
        headers,
        body: JSON.stringify({ type: "message", text, from: { id: "x" } }),
      });
      if (!posted.ok) throw new Error(`${posted.status} ${await posted.text()}`);
      mine.id = ((await posted.json()) as { id: string }).id;
      settle();
      const late = setTimeout(() => socket.close(), ANSWER_MS);
      await Promise.race([promise, closed]);
      clearTimeout(late);
      return performance.now() - began;
    },
    close: () => socket.close(),
  };
}

if (process.argv[1] === import.meta.filename) console.log(JSON.stringify(await measureTurns(), null, 2));
