/**
 * `npm run improve -- [--days 30] [--least 2] [--as 3=invoice]… [--apply]`: what customers wrote and the desk did not understand, as a change to the
 * catalogue. Reads the store of `DATABASE_URL`, or of `JIETONG_DATA_DIR` while the desk is stopped. Exit 1 when the change is refused.
 */
import { parseArgs } from "node:util";
import { readConfig } from "../../bot/config.ts";
import { ROOT } from "../../bot/wire.ts";
import { improve } from "./improve.ts";

const DAY_MS = 86_400_000;
const USAGE = "usage: npm run improve -- [--days 30] [--least 2] [--as GROUP=INTENT]… [--apply]";

function wrong(message: string): never {
  console.error(`${message}\n${USAGE}`);
  process.exit(2);
}

function wholeNumber(name: string, text: string): number {
  const value = Number(text);
  return Number.isInteger(value) && value >= 1 ? value : wrong(`--${name} ${text}: a whole number from 1`);
}

const options = {
  days: { type: "string", default: "30" },
  least: { type: "string", default: "2" },
  as: { type: "string", multiple: true },
  apply: { type: "boolean", default: false },
} as const;

try {
  const { values } = parseArgs({ options });
  const named = (values.as ?? []).map((one) => {
    const [, group, intent] = /^(\d+)=(\w+)$/u.exec(one) ?? wrong(`--as ${one}: a group's number and an intent, such as 3=invoice`);
    return [Number(group), intent ?? ""] as const;
  });
  const { faults } = await improve({
    config: readConfig(process.env),
    root: ROOT,
    since: new Date(Date.now() - wholeNumber("days", values.days) * DAY_MS),
    least: wholeNumber("least", values.least),
    named: new Map(named),
    apply: values.apply,
    say: (line) => console.log(line),
  });
  process.exitCode = faults.length > 0 ? 1 : 0;
} catch (error) {
  const isUsage = error instanceof Error && "code" in error && String(error.code).startsWith("ERR_PARSE_ARGS");
  if (isUsage) wrong(error.message);
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
