/** `withdrawal.status`: submitted, paid or sent back, and whether it takes longer than the normal three working days. */
import type { Fact } from "../../conversation/conversation.ts";
import type { Finding } from "../../decide/finding.ts";
import type { Looked, Withdrawal } from "../../ports/account-platform.ts";
import type { Tool, ToolBox, ToolRequest } from "../tool.ts";
import { downFinding, finding, type Told, verbatim, voiceOf } from "./voice.ts";
import { workingDaysAfter } from "./working-days.ts";

const NAME = "withdrawal.status";
/** Working days that count as normal. */
export const NORMAL_WORKING_DAYS = 3;
const LOOKED_THROUGH = 50;
const MOST_LOOKED_UP = 3;

export const withdrawalStatus: Tool = async (request, box) => {
  const given = request.entities.find(({ type }) => type === "withdrawal_number");
  const looked = given ? await box.platform.withdrawal(given.value) : await newest(request, box);
  const { say } = voiceOf(request, box);
  if (looked === undefined) return finding(request, NAME, { verdict: "nothing", text: say("withdrawal.status.nothing") });
  if (!looked.ok && looked.fault !== "not_found") return downFinding(request, box, NAME, looked.fault);
  if (!looked.ok || looked.value.customerId !== request.customerId) {
    const text = say("withdrawal.status.not_found", { given: verbatim(given?.value ?? "") });
    return finding(request, NAME, { verdict: "not_found", text }, { needs: "withdrawal_number" });
  }
  return finding(request, NAME, tell(looked.value, request, box), { facts: facts(looked.value, request.now), amount: looked.value.amount });
};

/** The newest that is still under way, else the newest. Undefined when there is none. */
async function newest(request: ToolRequest, { platform }: ToolBox): Promise<Looked<Withdrawal> | undefined> {
  const moves = await platform.transactions(request.customerId, LOOKED_THROUGH);
  // A customer the platform does not know is a fault of the desk's, not an answer to him.
  if (!moves.ok) return { ok: false, fault: moves.fault === "not_found" ? "unavailable" : moves.fault };
  const ids = moves.value
    .filter(({ kind }) => kind === "withdrawal")
    .sort((a, b) => b.at.localeCompare(a.at))
    .slice(0, MOST_LOOKED_UP)
    .map(({ id }) => id);
  const looked = await Promise.all(ids.map((id) => platform.withdrawal(id)));
  const known = looked.filter((one) => one.ok || one.fault !== "not_found");
  return known.find((one) => one.ok && one.value.state === "submitted") ?? known[0];
}

function tell(withdrawal: Withdrawal, request: ToolRequest, box: ToolBox): Told {
  const { say, money, time } = voiceOf(request, box);
  const submitted = Date.parse(withdrawal.submittedAt);
  const due = workingDaysAfter(submitted, NORMAL_WORKING_DAYS, box.policy.timeZone);
  const to = withdrawal.account === undefined ? "" : say("withdrawal.status.to", { last: withdrawal.account.slice(-4) });
  const values = { id: verbatim(withdrawal.id), money: money(withdrawal.amount), submitted: time(submitted), to };
  switch (withdrawal.state) {
    case "paid":
      return { verdict: "answered", text: say("withdrawal.status.paid", values), actions: [say("order.button.still_missing")] };
    case "failed":
      return { verdict: "answered", text: say("withdrawal.status.failed", values) };
    case "submitted":
      return request.now <= due
        ? { verdict: "normal", text: say("withdrawal.status.normal", { ...values, due: time(due) }) }
        : { verdict: "real_problem", text: say("withdrawal.status.late", { ...values, due: time(due) }) };
  }
}

function facts(withdrawal: Withdrawal, now: number): Finding["facts"] {
  const at = new Date(now).toISOString();
  const values: readonly (readonly [name: string, value: string | undefined])[] = [
    ["withdrawal_number", withdrawal.id],
    ["amount", `${withdrawal.amount.amount} ${withdrawal.amount.currency}`],
    ["time", withdrawal.submittedAt],
    ["receiving_account", withdrawal.account?.slice(-4)],
  ];
  return values.flatMap(([name, value]): Fact[] => (value === undefined ? [] : [{ name, value, source: "platform", at }]));
}
