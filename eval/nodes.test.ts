/** Two nodes of the desk on one PostgreSQL, each a process of its own: what one does the other knows; either may die, and so may the database. */
import { cpSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import pg from "pg";
import { afterAll, beforeAll, expect, it, vi } from "vitest";
import { openEmbeddedDatabase } from "../bot/wire.ts";
import { openCustomer } from "./customer.ts";
import { type ServerProcess, startServer } from "./server-process.ts";

const SILENT = { info: () => {}, warn: () => {}, error: () => {} };
const folder = mkdtempSync(join(tmpdir(), "jietong-nodes-"));
const SHARED = {
  PORT: "0",
  JIETONG_LOG: "silent",
  JIETONG_API_KEY: "an-integration-key-of-this-test",
  JIETONG_IDENTITY_SECRET: "an identity secret only this test knows of",
  JIETONG_ADMIN_PASSWORD: "a password of this test",
};

let database: Awaited<ReturnType<typeof openEmbeddedDatabase>>;
let a: ServerProcess;
let b: ServerProcess;
let sql: pg.Pool;

const startNode = (name: string): Promise<ServerProcess> => {
  const { host, port, user, database: base } = database.connection;
  const url = `postgresql://${encodeURIComponent(user)}@localhost/${base}?host=${encodeURIComponent(host)}&port=${port}`;
  return startServer({ ...SHARED, JIETONG_DATA_DIR: join(folder, name), DATABASE_URL: url });
};

beforeAll(async () => {
  database = await openEmbeddedDatabase(join(folder, "shared"), SILENT, () => {});
  sql = new pg.Pool({ ...database.connection, max: 2 });
  sql.on("error", () => {});
  a = await startNode("a");
  // Learned once is enough for both.
  cpSync(join(folder, "a/model"), join(folder, "b/model"), { recursive: true });
  b = await startNode("b");
}, 120_000);

afterAll(async () => {
  await Promise.all([a.stop(), b.stop()]);
  await sql.end();
  await database.stop();
  rmSync(folder, { recursive: true, force: true });
});

interface Line {
  readonly type: string;
  readonly text?: string;
  readonly from: { readonly role?: string };
}

/** The customer's log as a node shows it. */
async function logOn(node: ServerProcess, { conversationId, token }: { conversationId: string; token: string }): Promise<readonly Line[]> {
  const response = await fetch(`${node.url}/v3/directline/conversations/${conversationId}/activities`, {
    headers: { authorization: `Bearer ${token}` },
  });
  if (!response.ok) throw new Error(`${response.status} ${await response.text()}`);
  return ((await response.json()) as { activities: Line[] }).activities;
}

/** What a node sends down the customer's open chat. */
async function listenOn(node: ServerProcess, { conversationId, token }: { conversationId: string; token: string }) {
  const opened = await fetch(`${node.url}/v3/directline/conversations/${conversationId}`, {
    headers: { authorization: `Bearer ${token}` },
  });
  const { streamUrl } = (await opened.json()) as { streamUrl: string };
  const socket = new WebSocket(streamUrl);
  const heard: Line[] = [];
  socket.addEventListener("message", ({ data }) => {
    if (String(data) !== "") heard.push(...(JSON.parse(String(data)) as { activities: Line[] }).activities);
  });
  await new Promise((resolve, reject) => {
    socket.addEventListener("open", resolve, { once: true });
    socket.addEventListener("error", reject, { once: true });
  });
  return { heard, close: () => socket.close() };
}

const said = (lines: readonly Line[], role: "user" | "bot"): string[] =>
  lines.filter(({ type, from }) => type === "message" && (from.role === "bot") === (role === "bot")).map(({ text }) => text ?? "");

it("what is said on one node is heard on the other, the answer too", async () => {
  const customer = await openCustomer(a.url, { locale: "zh-CN" });
  const chat = await listenOn(b, customer);
  await customer.say("怎么用支付宝充值");
  await vi.waitFor(() => expect(said(chat.heard, "bot").join("\n")).toContain("支付宝"), { timeout: 10_000 });
  expect(said(chat.heard, "user")).toContain("怎么用支付宝充值");
  chat.close();
});

it("what is due is done once, whichever node sees it first", async () => {
  const customers = await Promise.all(Array.from({ length: 30 }, (_, index) => openCustomer((index % 2 ? a : b).url, { locale: "zh-CN" })));
  const ids = customers.map(({ conversationId }) => conversationId);
  const long = new Date(Date.now() - 11 * 60_000).toISOString();
  const taken = { handler: "agent", takenBy: { agentId: "li", name: "小李", since: long, owesSince: long } };
  await sql.query("update conversations set state = state || $2::jsonb, version = version + 1 where id = any($1)", [
    ids,
    JSON.stringify(taken),
  ]);
  await sql.query(
    `insert into timers (id, fire_at, kind, data)
     select 'handback:' || id, now(), 'handback', jsonb_build_object('conversationId', id) from unnest($1::text[]) id`,
    [ids],
  );
  await vi.waitFor(async () => expect((await sql.query("select 1 from timers where kind = 'handback'")).rowCount).toBe(0), {
    timeout: 20_000,
    interval: 100,
  });
  const logs = await Promise.all(customers.map((customer) => logOn(a, customer)));
  const notices = logs.map((log) => said(log, "bot").filter((text) => text.includes("还没有专员回复")).length);
  expect(notices).toEqual(ids.map(() => 1));
});

it("a message acknowledged by a node that is killed is answered by the other", async () => {
  const customer = await openCustomer(a.url, { locale: "zh-CN" });
  expect((await customer.post("转人工")).ok).toBe(true);
  await a.kill();
  await vi.waitFor(async () => expect(said(await logOn(b, customer), "bot").join("\n")).toContain("个案码"), {
    timeout: 20_000,
    interval: 200,
  });
  expect(said(await logOn(b, customer), "user")).toEqual(["转人工"]);
  const { rows } = await sql.query("select status from cases where conversation_id = $1", [customer.conversationId]);
  expect(rows).toEqual([{ status: "queued" }]);
  a = await startNode("a");
});

it("the database dies under both at work: nothing acknowledged is lost or doubled, and both go on", async () => {
  const nodes = [a, b];
  const written: { customer: Awaited<ReturnType<typeof openCustomer>>; texts: string[] }[] = [];
  for (const node of nodes) written.push({ customer: await openCustomer(node.url, { locale: "zh-CN" }), texts: [] });
  let isOver = false;
  let refused = 0;
  const writers = written.map(async ({ customer, texts }, writer) => {
    for (let count = 0; !isOver; count += 1) {
      const text = `怎么开发票 ${writer}-${count}号`;
      // The same message again until it is acknowledged: its own id makes that harmless.
      for (let ok = false; !ok && !isOver; ) {
        ok = await customer.post(text, `${writer}-${count}`).then(
          (response) => response.ok,
          () => false,
        );
        if (ok) texts.push(text);
        else {
          refused += 1;
          await sleep(50);
        }
      }
      await sleep(40);
    }
  });
  await sleep(800);
  process.kill(database.pid(), "SIGKILL");
  await sleep(3500);
  isOver = true;
  await Promise.all(writers);
  // The kill was felt, and there was life after it.
  expect(refused).toBeGreaterThan(0);
  for (const { customer, texts } of written) {
    expect(texts.length).toBeGreaterThan(5);
    for (const node of nodes)
      await vi.waitFor(
        async () => {
          const log = await logOn(node, customer);
          expect(said(log, "user").filter((text) => texts.includes(text))).toEqual(texts);
          expect(log.at(-1)?.from.role).toBe("bot");
        },
        { timeout: 25_000, interval: 300 },
      );
  }
  const customer = await openCustomer(a.url, { locale: "zh-CN" });
  const chat = await listenOn(b, customer);
  await customer.say("怎么用支付宝充值");
  await vi.waitFor(() => expect(said(chat.heard, "bot").join("\n")).toContain("支付宝"), { timeout: 10_000 });
  chat.close();
}, 90_000);
