import { existsSync, mkdirSync, readdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { type Browser, type BrowserContext, chromium, type Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { build, isStale } from "../bot/web/build.ts";
import { ROOT } from "../bot/wire.ts";
import { openCustomer } from "./customer.ts";
import { openTestHouse, type TestHouse } from "./test-desk.ts";

const CHROMIUM = process.env.CHROMIUM ?? "/usr/bin/chromium";
const hasBrowser = existsSync(CHROMIUM);
const AXE = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
/** Where the pictures go: to look at, and for the README. */
const SHOTS = join(ROOT, "eval/report/pages");

if (!hasBrowser && process.env.CI === "true") throw new Error(`no browser at ${CHROMIUM}: in CI the pages have to be tested`);
if (!hasBrowser) console.log(`skipped: no browser at ${CHROMIUM}; set CHROMIUM to test the pages`);

let house: TestHouse;
let desk: Awaited<ReturnType<TestHouse["open"]>>;
let browser: Browser;

describe.skipIf(!hasBrowser)("the pages in a real browser", { timeout: 60_000 }, () => {
  beforeAll(async () => {
    if (isStale()) await build();
    mkdirSync(SHOTS, { recursive: true });
    house = await openTestHouse();
    desk = await house.open();
    browser = await chromium.launch({
      executablePath: CHROMIUM,
      args: [
        "--no-sandbox",
        "--disable-gpu",
        "--disable-quic",
        "--no-first-run",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
      ],
    });
  }, 120_000);

  afterAll(async () => {
    await browser?.close();
    await desk?.close();
    await house?.close();
  });

  interface Visit {
    readonly page: Page;
    readonly context: BrowserContext;
    readonly faults: readonly string[];
  }

  const visit = async (path: string, options: { width: number; locale: string; dark?: boolean }): Promise<Visit> => {
    const context = await browser.newContext({
      viewport: { width: options.width, height: options.width < 500 ? 740 : 800 },
      locale: options.locale,
      timezoneId: "Asia/Shanghai",
      colorScheme: options.dark ? "dark" : "light",
      reducedMotion: "reduce",
    });
    const page = await context.newPage();
    // The browser's clock is the desk's: deadlines on the page are what a person would see.
    await page.clock.setSystemTime(desk.now());
    const faults: string[] = [];
    page.on("pageerror", (error) => faults.push(error.message));
    page.on("console", (message) => {
      if (message.type() === "error") faults.push(message.text());
    });
    page.on("request", (request) => {
      if (!request.url().startsWith(desk.url) && !/^(data|blob):/u.test(request.url())) faults.push(`asked ${request.url()}`);
    });
    // So is the server's: the desk counts deadlines on the clock of the `Date` header.
    await page.route("**/api/v1/**", (route) =>
      route
        .fetch()
        .then((response) => route.fulfill({ response, headers: { ...response.headers(), date: new Date(desk.now()).toUTCString() } }))
        // The page was closed meanwhile.
        .catch(() => {}),
    );
    await page.goto(`${desk.url}${path}`, { waitUntil: "networkidle" });
    return { page, context, faults };
  };

  /** axe's findings on the page and in the widget's shadow, as `rule: element`. */
  const axe = async (page: Page): Promise<string[]> => {
    // The page's policy forbids inline script; axe comes in over the debugger, as an auditor's extension would.
    await page.evaluate(AXE);
    return page.evaluate(async () => {
      const { violations } = await (
        globalThis as unknown as { axe: { run(options: object): Promise<{ violations: { id: string; nodes: { html: string }[] }[] }> } }
      ).axe.run({
        runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
      });
      return violations.flatMap((violation) => violation.nodes.map((node) => `${violation.id}: ${node.html.slice(0, 120)}`));
    });
  };

  const overflow = (page: Page): Promise<number> =>
    page.evaluate(
      () =>
        (globalThis as unknown as { document: { documentElement: { scrollWidth: number; clientWidth: number } } }).document.documentElement
          .scrollWidth -
        (globalThis as unknown as { document: { documentElement: { scrollWidth: number; clientWidth: number } } }).document.documentElement
          .clientWidth,
    );

  const ask = async (page: Page, label: RegExp, text: string): Promise<void> => {
    await page.getByRole("textbox", { name: label }).fill(text);
    await page.keyboard.press("Enter");
  };

  it.each([
    {
      width: 360,
      locale: "zh-CN",
      open: /^客服$/u,
      box: /./u,
      customer: /林晓/u,
      question: "查一下余额还剩多少",
      answer: /268\.50/u,
      problem: "我三个小时前充的500点券还没到账",
      code: /个案码/u,
    },
    {
      width: 1280,
      locale: "en-US",
      open: /^Support$/u,
      box: /./u,
      customer: /Alex Tan/u,
      question: "what's my balance",
      answer: /1,204\.00/u,
      problem: "my card was charged twice for the same thing",
      code: /Case code/u,
      dark: true,
    },
  ])("a customer signs in, asks, and ends up in the queue with a case card ($width px, $locale)", async (run) => {
    const { page, context, faults } = await visit("/", run);
    expect(await overflow(page)).toBeLessThanOrEqual(0);
    expect(await axe(page)).toEqual([]);
    await page.getByRole("button", { name: run.customer }).click();
    await page.getByRole("button", { name: run.open }).click();
    const log = page.getByRole("log");
    await log.getByText(/接通的智能客服|the support bot/u).waitFor();
    await ask(page, run.box, run.question);
    await log.getByText(run.answer).waitFor();
    await ask(page, run.box, run.problem);
    await log.getByText(run.code).first().waitFor();
    await page.screenshot({ path: join(SHOTS, `chat-${run.locale}-${run.width}.png`) });
    expect(await axe(page)).toEqual([]);
    expect(await overflow(page)).toBeLessThanOrEqual(0);
    // A reload keeps the conversation: nothing said is lost, nothing is said twice.
    const before = await log.getByText(run.answer).count();
    await page.reload({ waitUntil: "networkidle" });
    // It was open, so it opens by itself.
    await page.getByRole("log").waitFor();
    await page.getByRole("log").getByText(run.answer).first().waitFor();
    expect(await page.getByRole("log").getByText(run.answer).count()).toBe(before);
    expect(faults).toEqual([]);
    await context.close();
  });

  it("an agent signs in, claims the most pressing case, reads the brief, and completes it", async () => {
    const { page, context, faults } = await visit("/desk", { width: 1280, locale: "zh-CN" });
    expect(await axe(page)).toEqual([]);
    await page.getByLabel(/用户/u).fill("admin");
    await page.getByLabel(/密码/u).fill(desk.secrets.adminPassword);
    await page.keyboard.press("Enter");
    await page.getByRole("button", { name: /就绪/u }).first().click();
    await page.getByRole("button", { name: /接下一位/u }).click();
    await page.getByText(/建议下一步/u).waitFor();
    await page.screenshot({ path: join(SHOTS, "desk-zh-1280.png") });
    expect(await axe(page)).toEqual([]);
    expect(await overflow(page)).toBeLessThanOrEqual(0);
    await page.getByRole("button", { name: /^接通/u }).click();
    await page.getByRole("button", { name: /^完成/u }).click();
    const dialog = page.getByRole("dialog");
    await dialog.getByText(/已解决/u).click();
    await dialog.getByRole("textbox").fill("查明是重复扣款，已提交退回");
    expect(await axe(page)).toEqual([]);
    await dialog.getByRole("button", { name: /完成/u }).click();
    await page.getByText(/建议下一步/u).waitFor({ state: "detached" });
    const resolved = (await (
      await fetch(`${desk.url}/api/v1/cases?status=resolved`, { headers: { authorization: `Bearer ${desk.apiKey}` } })
    ).json()) as { items: { disposition?: string }[] };
    expect(resolved.items).toMatchObject([{ disposition: "solved" }]);
    expect(faults).toEqual([]);
    await context.close();
  });

  it("a customer in line sees his place change by itself, and is told why when it gets worse", async () => {
    const { page, context, faults } = await visit("/", { width: 360, locale: "zh-CN" });
    const first = await openCustomer(desk.url, { locale: "zh-CN" });
    await first.say("账号登录不上，转人工");
    await page.getByRole("button", { name: /^客服$/u }).click();
    await page
      .getByRole("log")
      .getByText(/接通的智能客服/u)
      .waitFor();
    await ask(page, /./u, "我也登录不上，转人工");
    const card = page.getByRole("region", { name: /个案码/u });
    await card.getByText(/前面还有 \d+ 位/u).waitFor();
    const before = Number(/前面还有 (\d+) 位/u.exec((await card.textContent()) ?? "")?.[1]);
    const said = await page.getByRole("log").textContent();

    // The one ahead of him leaves; by the desk's clock a quarter of a minute has gone.
    const own = { headers: { authorization: `Bearer ${desk.apiKey}`, "content-type": "application/json" } };
    const { items } = (await (await fetch(`${desk.url}/api/v1/cases?conversationId=${first.conversationId}`, own)).json()) as {
      items: { entry: { id: string } }[];
    };
    const left = await fetch(`${desk.url}/api/v1/entries/${items[0]?.entry.id}/abandon`, { ...own, method: "POST", body: "{}" });
    expect(left.status).toBe(200);
    desk.advance(16_000);
    await card.getByText(before === 1 ? /下一位就是您/u : new RegExp(`前面还有 ${before - 1} 位`, "u")).waitFor({ timeout: 15_000 });

    const urgent = { channel: "ivr", language: "zh", intent: "login_problem", skill: "accounts", priority: "critical", enqueue: true };
    const other = (await (await fetch(`${desk.url}/api/v1/cases`, { ...own, method: "POST", body: JSON.stringify(urgent) })).json()) as {
      entry: { id: string };
    };
    desk.advance(16_000);
    await card.getByText(/有更急的客户先接/u).waitFor({ timeout: 15_000 });
    // Out of the way of the tests that follow.
    await fetch(`${desk.url}/api/v1/entries/${other.entry.id}/abandon`, { ...own, method: "POST", body: "{}" });
    expect(await axe(page)).toEqual([]);
    // Nothing of it was written into the conversation.
    expect(await page.getByRole("log").textContent()).toBe(said);
    await page.screenshot({ path: join(SHOTS, "place-zh-CN-360.png") });
    expect(faults).toEqual([]);
    await context.close();
  });

  const signIn = async (page: Page): Promise<void> => {
    await page.getByLabel(/用户|User/u).fill("admin");
    await page.getByLabel(/密码|Password/u).fill(desk.secrets.adminPassword);
    await page.keyboard.press("Enter");
    await page.getByRole("button", { name: /^(?:离线|Offline)$/u }).waitFor();
  };

  it.each([
    {
      width: 1280,
      locale: "zh-CN",
      words: { name: "周雨辰", place: /在排队，第 \d+ 位/u, taken: "查过了，先接", note: "要查流水", none: /没有找到/u },
    },
    {
      width: 360,
      locale: "en-US",
      dark: true,
      words: {
        name: "Zhou Yan",
        place: /In line, number \d+/u,
        taken: "checked, first",
        note: "check the payments",
        none: /Nothing found/u,
      },
    },
  ])("a supervisor finds a case, moves it in the line and passes it on, by the keyboard alone ($width px, $locale)", async (run) => {
    const { words } = run;
    const phone = `+8613800${run.width === 360 ? "002" : "001"}${run.width}`;
    const own = { authorization: `Bearer ${desk.apiKey}`, "content-type": "application/json" };
    const body = {
      channel: "ivr",
      language: run.locale === "zh-CN" ? "zh" : "en",
      intent: "withdrawal_delayed",
      customer: { name: words.name, phone },
      facts: [{ name: "withdrawal_number", value: `W-${run.width}` }],
      enqueue: true,
    };
    const { code, id } = (await (
      await fetch(`${desk.url}/api/v1/cases`, { method: "POST", headers: own, body: JSON.stringify(body) })
    ).json()) as { code: string; id: string };
    const stored = async () => (await (await fetch(`${desk.url}/api/v1/cases/${id}`, { headers: own })).json()) as Record<string, unknown>;

    const { page, context, faults } = await visit("/desk", run);
    await signIn(page);
    const keys = page.keyboard;
    const find = async (typed: string): Promise<void> => {
      await keys.press("Alt+KeyS");
      await page.locator("#search:focus").waitFor();
      await keys.press("Control+KeyA");
      await keys.type(typed);
      await keys.press("Enter");
    };
    await find("nobody-1");
    await page.getByText(words.none).waitFor();
    for (const typed of [code, phone.slice(-4), `w-${run.width}`, words.name]) {
      await find(typed);
      await page.getByText(/^(?:找到 1 个|1 case found)$/u).waitFor();
      await find("nobody-2");
      await page.getByText(words.none).waitFor();
    }
    await find(code);
    await page.getByText(/^(?:找到 1 个|1 case found)$/u).waitFor();
    expect(await axe(page)).toEqual([]);
    await keys.press("ArrowDown");
    await keys.press("Enter");
    await page.getByText(words.place).waitFor();
    expect(await axe(page)).toEqual([]);
    expect(await overflow(page)).toBeLessThanOrEqual(0);
    await page.screenshot({ path: join(SHOTS, `look-${run.locale}-${run.width}.png`) });

    // Without a choice and a reason nothing is sent.
    const dialog = page.getByRole("dialog");
    await keys.press("Alt+KeyP");
    await dialog.waitFor();
    await dialog.locator("input[type=radio]").first().focus();
    await keys.press("Enter");
    await dialog.getByRole("alert").waitFor();
    await keys.press("Space");
    await dialog.getByRole("textbox").focus();
    await keys.type(words.taken);
    expect(await axe(page)).toEqual([]);
    await page.screenshot({ path: join(SHOTS, `priority-${run.locale}-${run.width}.png`) });
    await keys.press("Tab");
    await keys.press("Enter");
    await dialog.waitFor({ state: "detached" });
    expect(await stored()).toMatchObject({ priority: "critical", entry: { state: "waiting" }, reasons: [{}, { text: words.taken }] });

    await keys.press("Alt+KeyT");
    await dialog.waitFor();
    await dialog.locator("input[type=radio]").first().focus();
    await keys.press("Space");
    await dialog.getByRole("textbox").focus();
    await keys.type(words.note);
    expect(await axe(page)).toEqual([]);
    await keys.press("Tab");
    await keys.press("Enter");
    await dialog.waitFor({ state: "detached" });
    expect(await stored()).toMatchObject({ skill: "orders", priority: "critical", notes: [{ by: "agent:admin", text: words.note }] });
    await page.locator(".person").getByText(words.note).waitFor();
    await keys.press("Alt+KeyB");
    await page.getByText(words.place).waitFor({ state: "detached" });

    // Critical now, and claimed first; given back it waits again.
    await keys.press("Alt+KeyN");
    await page.getByRole("button", { name: /^(?:就绪|Ready)$/u, pressed: true }).waitFor();
    await keys.press("Alt+KeyN");
    await page.locator(".call .primary").waitFor();
    expect(await stored()).toMatchObject({ entry: { state: "offered" } });
    await keys.press("Alt+KeyR");
    await page.locator(".call").waitFor({ state: "detached" });
    expect(await stored()).toMatchObject({ status: "queued", entry: { state: "waiting" } });
    // Out of the way of the other runs.
    const { entry } = (await stored()) as { entry: { id: string } };
    await fetch(`${desk.url}/api/v1/entries/${entry.id}/abandon`, { method: "POST", headers: own, body: "{}" });
    await fetch(`${desk.url}/api/v1/agents/admin/state`, { method: "PUT", headers: own, body: JSON.stringify({ state: "offline" }) });
    expect(faults).toEqual([]);
    await context.close();
  });

  const own = (): Record<string, string> => ({ authorization: `Bearer ${desk.apiKey}`, "content-type": "application/json" });
  const post = async <T>(path: string, body: object): Promise<T> => {
    const response = await fetch(`${desk.url}/api/v1${path}`, { method: "POST", headers: own(), body: JSON.stringify(body) });
    if (!response.ok) throw new Error(`${path}: ${response.status} ${await response.text()}`);
    return (await response.json()) as T;
  };
  const get = async <T>(path: string): Promise<T> => (await (await fetch(`${desk.url}/api/v1${path}`, { headers: own() })).json()) as T;
  const offline = (): Promise<unknown> =>
    fetch(`${desk.url}/api/v1/agents/admin/state`, { method: "PUT", headers: own(), body: JSON.stringify({ state: "offline" }) });

  it.each([
    {
      width: 360,
      locale: "zh-CN",
      words: {
        open: /^客服$/u,
        wants: "钱被骗走了，验证码给了假客服，转人工",
        hello: "您好，我是接手这件事的专员",
        answer: "好的，我在",
        rate: /5 分/u,
      },
    },
    {
      width: 1280,
      locale: "en-US",
      words: {
        open: /^Support$/u,
        wants: "I was scammed, I gave my verification code to a fake agent, talk to a person",
        hello: "Hello, I have your case now",
        answer: "good, I am here",
        rate: /^5/u,
      },
    },
  ])("an agent takes the chat over, both see each other's words, and the customer rates ($width px, $locale)", async (run) => {
    const { words } = run;
    const shop = await visit("/", run);
    await shop.page.getByRole("button", { name: words.open }).click();
    const log = shop.page.getByRole("log");
    await log.waitFor();
    await ask(shop.page, /./u, words.wants);
    await log
      .getByText(/个案码|Case code/u)
      .first()
      .waitFor();

    const { page, context, faults } = await visit("/desk", run);
    await signIn(page);
    await page.keyboard.press("Alt+KeyN");
    await page.getByRole("button", { name: /^(?:就绪|Ready)$/u, pressed: true }).waitFor();
    await page.keyboard.press("Alt+KeyN");
    await page.locator(".call .primary").waitFor();
    await page.keyboard.press("Alt+KeyA");
    await page.getByRole("button", { name: /^完成|^Complete/u }).waitFor();
    await page.getByRole("button", { name: /接管对话|Take over/u }).click();
    await page.locator("#reply-text").fill(words.hello);
    expect(await axe(page)).toEqual([]);
    expect(await overflow(page)).toBeLessThanOrEqual(0);
    await page.keyboard.press("Control+Enter");
    await log.getByText(words.hello).waitFor();
    await ask(shop.page, /./u, words.answer);
    await page.locator(".transcript").getByText(words.answer).waitFor({ timeout: 15_000 });
    // The bot is silent: after the agent's words nothing but the customer's stands in the log.
    expect(await axe(shop.page)).toEqual([]);
    await shop.page.screenshot({ path: join(SHOTS, `taken-${run.locale}-${run.width}.png`) });

    await page.keyboard.press("Alt+KeyC");
    const dialog = page.getByRole("dialog");
    await dialog.getByRole("radio").first().check();
    await dialog
      .getByRole("button", { name: /完成|Complete/u })
      .last()
      .click();
    await dialog.waitFor({ state: "detached" });
    const five = shop.page.getByRole("button", { name: words.rate }).first();
    await five.waitFor({ timeout: 15_000 });
    expect(await axe(shop.page)).toEqual([]);
    await five.click();
    await five.waitFor({ state: "detached" });
    const code = /(?:个案码|Case code) (\d{4}) (\d{4})/u.exec((await log.textContent()) ?? "");
    const { id } = await get<{ id: string }>(`/cases/lookup?code=${code?.[1]}${code?.[2]}`);
    await expect
      .poll(
        async () => {
          const events = await get<{ items: { type: string; data: object }[] }>(`/cases/${id}/timeline`);
          return events.items.find(({ type }) => type === "conversation.rated")?.data;
        },
        { timeout: 15_000 },
      )
      .toMatchObject({ score: 5 });
    await offline();
    expect([...shop.faults, ...faults]).toEqual([]);
    await context.close();
    await shop.context.close();
  });

  it.each([
    { width: 1280, locale: "zh-CN" },
    { width: 360, locale: "en-US" },
  ])("a callback is dialled with its codes, not answered, and comes up again ($width px, $locale)", async (run) => {
    const phone = `+86138000071${run.width === 360 ? "360" : "128"}`;
    const language = run.locale === "zh-CN" ? "zh" : "en";
    const opened = await post<{ id: string }>("/cases", {
      channel: "ivr",
      language,
      intent: "login_problem",
      customer: { name: "周某", phone },
      enqueue: true,
    });
    const made = await post<{ id: string; codes: { says: string; answers: string } }>("/callbacks", { caseId: opened.id });

    const { page, context, faults } = await visit("/desk", run);
    await signIn(page);
    await page.keyboard.press("Alt+KeyN");
    await page.getByRole("button", { name: /^(?:就绪|Ready)$/u, pressed: true }).waitFor();
    const row = page.locator(".callback", { hasText: phone });
    await row.waitFor();
    expect(await axe(page)).toEqual([]);
    expect(await overflow(page)).toBeLessThanOrEqual(0);
    await row.getByRole("button", { name: /^(?:拨打|Dial)/u }).focus();
    await page.keyboard.press("Enter");
    const ringing = page.locator(".ringing");
    await ringing.waitFor();
    expect(await ringing.getByRole("link").getAttribute("href")).toBe(`tel:${phone}`);
    await ringing.getByText(made.codes.says).waitFor();
    await ringing.getByText(made.codes.answers).waitFor();
    expect(await get(`/callbacks/${made.id}`)).toMatchObject({ state: "dialling", dialBy: "admin" });
    expect(await axe(page)).toEqual([]);
    expect(await overflow(page)).toBeLessThanOrEqual(0);
    await page.screenshot({ path: join(SHOTS, `ringing-${run.locale}-${run.width}.png`) });
    await ringing.getByRole("button", { name: /^(?:没人接|Not answered)$/u }).click();
    await ringing.waitFor({ state: "detached" });
    expect(await get(`/callbacks/${made.id}`)).toMatchObject({ state: "missed", attempts: 1 });
    await row.getByText(/没接通|Not answered/u).waitFor();

    // Called off, but only when it is said twice.
    const cancel = row.getByRole("button", { name: /取消|ancel/u });
    await cancel.click();
    expect(await get(`/callbacks/${made.id}`)).toMatchObject({ state: "missed" });
    expect(await axe(page)).toEqual([]);
    await cancel.click();
    await row.waitFor({ state: "detached" });
    expect(await get(`/callbacks/${made.id}`)).toMatchObject({ state: "cancelled" });
    await offline();
    expect(faults).toEqual([]);
    await context.close();
  });

  it("the desk works on a phone, in English and in the dark", async () => {
    const { page, context, faults } = await visit("/desk", { width: 360, locale: "en-US", dark: true });
    await page.getByLabel(/User/iu).fill("admin");
    await page.getByLabel(/Password/iu).fill(desk.secrets.adminPassword);
    await page.keyboard.press("Enter");
    await page.getByRole("navigation").first().waitFor();
    await page.screenshot({ path: join(SHOTS, "desk-en-360.png") });
    expect(await axe(page)).toEqual([]);
    expect(await overflow(page)).toBeLessThanOrEqual(0);
    expect(faults).toEqual([]);
    await context.close();
  });

  it("keeps the launcher and the chat small", () => {
    const size = (name: RegExp): number => {
      const folder = join(ROOT, "bot/web/dist");
      const files = [join(folder, "widget.js.gz"), ...readdir(join(folder, "assets"))];
      const found = files.find((file) => name.test(file));
      return found === undefined ? Number.POSITIVE_INFINITY : readFileSync(found).byteLength;
    };
    expect(size(/widget\.js\.gz$/u)).toBeLessThanOrEqual(1024);
    expect(size(/chat-.*\.js\.gz$/u)).toBeLessThanOrEqual(45 * 1024);
  });
});

function readdir(folder: string): string[] {
  return readdirSync(folder).map((name) => join(folder, name));
}
