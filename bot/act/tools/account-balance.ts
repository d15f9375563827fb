/** `account.balance`: the figure as the platform gives it. */
import type { Tool } from "../tool.ts";
import { downFinding, finding, voiceOf } from "./voice.ts";

const NAME = "account.balance";

export const accountBalance: Tool = async (request, box) => {
  const looked = await box.platform.balance(request.customerId);
  if (!looked.ok) return downFinding(request, box, NAME, looked.fault);
  const { say, money, time } = voiceOf(request, box);
  return finding(request, NAME, {
    verdict: "answered",
    text: say("account.balance.is", { money: money(looked.value), time: time(request.now) }),
  });
};
