import { execFileSync } from "node:child_process";
import { expect, it } from "vitest";

/** What a process with this log writes to stderr. */
function written(lines: string): Record<string, unknown>[] {
  const script = `
    import { pinoLog } from "./bot/adapters/pino-log.ts";
    import { mask } from "./bot/guard/mask.ts";
    const log = pinoLog("warn", (text) => mask(text).text);
    ${lines}`;
  const shell = `"${process.execPath}" --input-type=module -e "$SCRIPT" 2>&1 >/dev/null`;
  const out = execFileSync("/bin/sh", ["-c", shell], { env: { ...process.env, SCRIPT: script }, encoding: "utf8" });
  return out
    .split("\n")
    .filter((line) => line.startsWith("{"))
    .map((line) => JSON.parse(line));
}

it("keeps secrets out, wherever in a line they stand, and leaves the rest", () => {
  const [first, second, ...others] = written(`
    log.info({ error: "not at this level" }, "no");
    log.error({ conversation: "conv_1", error: 'invalid input: "卡密 JTDM-7K2P-Q9XW-4M3Z"' }, "turn failed");
    log.warn({ list: [{ deep: "验证码 483920" }], text: "words", status: 500 }, "password is hunter22");
  `);
  expect(first).toMatchObject({ level: "error", conversation: "conv_1", error: 'invalid input: "卡密 JTDM-••••"', msg: "turn failed" });
  expect(second).toMatchObject({ level: "warn", list: [{ deep: "验证码 ••••" }], text: "[removed]", status: 500, msg: "password is ••••" });
  expect(others).toEqual([]);
});
