/** Does what the decision says, one step after the other: an answer, a figure, a question with buttons. */
import type { Attempt } from "../conversation/conversation.ts";
import type { Decision, Step } from "../decide/decision.ts";
import type { Reply } from "../decide/finding.ts";
import { type FlowMove, flowStart } from "../decide/flow.ts";
import { refuse } from "../guard/refuse.ts";
import type { ActInput } from "./act.ts";
import { answerFromKnowledge } from "./answer.ts";
import { sayFlow } from "./say-flow.ts";
import type { TurnWorld } from "./world.ts";

interface Carried {
  readonly replies: readonly Reply[];
  readonly attempts: readonly Attempt[];
  /** Where a guided flow stands now, when one was gone on with or begun. */
  readonly flow?: FlowMove;
}

/** Does each step of the decision; what was tried goes into the record, so that nobody tries it twice. */
export function carryOut(decision: Decision, input: ActInput, world: TurnWorld): Carried {
  const replies: Reply[] = [];
  const attempts: Attempt[] = [];
  const at = new Date(input.now).toISOString();
  let flow: FlowMove | undefined;
  const isQuiet = decision.kind === "escalate" && decision.routing?.priority === "critical";
  // Who is angry and on his way to a person is not handed a leaflet on where to complain.
  const isAngry = decision.kind === "escalate" && input.understanding.mood.label === "angry";
  for (const step of decision.steps) {
    // Somebody whose money is leaving reads one thing at a time: what was done for him.
    if (step.do === "article" && (isQuiet || (isAngry && step.intent === "complaint"))) continue;
    const { reply, did, outcome, moved } = carryOutStep(step, decision, input, world, flow === undefined);
    flow ??= moved;
    // Two requests may lead to the same look-up: what was said once is not said again.
    replies.push(...reply.filter((one) => !replies.some((other) => other.text === one.text)));
    if (did !== undefined && outcome !== undefined)
      attempts.push({ at, intent: "intent" in step ? step.intent : decision.intent, did, outcome });
  }
  return { replies, attempts, ...(flow ? { flow } : {}) };
}

interface Done {
  readonly reply: readonly Reply[];
  readonly did?: string;
  readonly outcome?: string;
  readonly moved?: FlowMove;
}

function carryOutStep(step: Step, decision: Decision, input: ActInput, world: TurnWorld, mayBegin: boolean): Done {
  const { policy, recogniser } = world;
  const { language } = input.conversation.state;
  const say = (key: string, values?: Record<string, string | number>): string => policy.say(key, language, values);
  const title = (intent: string): string => recogniser.catalogue.get(intent)?.title[language] ?? intent;
  switch (step.do) {
    case "tool": {
      const finding = input.findings.find(
        (candidate) => candidate.intent === step.intent && candidate.tool === step.tool && candidate.orderNo === step.orderNo,
      );
      return { reply: finding?.replies ?? [], did: step.tool, outcome: finding?.outcome ?? "" };
    }
    case "flow":
      return sayFlow(step, step.intent, input, world);
    case "article": {
      const answer = answerFromKnowledge(step, input, world);
      const found = answer?.sources?.[0]?.id;
      const begins =
        mayBegin && decision.kind === "answer" && found !== undefined
          ? flowStart(step.intent, found, input.understanding.entities, input.conversation, policy)
          : undefined;
      if (begins) return sayFlow(begins, step.intent, input, world);
      if (!answer)
        return {
          reply: [{ text: say("abstain"), actions: [say("button.person")] }],
          did: "abstained",
          outcome: say("outcome.abstained", { topic: title(step.intent) }),
        };
      const isProblem = recogniser.catalogue.get(step.intent)?.class === "problem" && decision.kind !== "escalate";
      return {
        reply: [isProblem ? { ...answer, actions: [say("button.not_solved"), say("button.person")] } : answer],
        did: step.article,
        // Without the source: the brief is read in a hurry.
        outcome: say("outcome.article", { title: answer.sources?.[0]?.title.split(" · ")[0] ?? step.article }),
      };
    }
    case "reply":
      return {
        reply: [
          {
            text: step.reply === "refuse_abuse" ? refuse(input.text, policy, language) : say(step.reply),
            ...(step.reply === "receipt_alone" ? { actions: [say("button.missing"), say("button.charged"), say("button.person")] } : {}),
            ...(step.reply === "not_understood" ? { actions: [say("button.order"), say("button.missing"), say("button.person")] } : {}),
          },
        ],
        ...(step.reply === "not_understood" ? { did: "not_understood", outcome: say("outcome.not_understood") } : {}),
      };
    case "sign_in": {
      // With a question to follow: he may as well answer that.
      const own = `sign_in_or.${step.intent}`;
      const text = step.or ? say(policy.replyKeys.includes(own) ? own : "sign_in_or.other") : say("sign_in", { topic: title(step.intent) });
      return { reply: [{ text }], did: "sign_in", outcome: say("outcome.sign_in") };
    }
    case "choose": {
      const [a = "", b = ""] = step.intents.map(title);
      return {
        reply: [{ text: say("did_you_mean", { a, b }), actions: [a, b, say("button.person")] }],
        did: "not_understood",
        outcome: say("outcome.not_understood"),
      };
    }
    case "offer_person":
      return {
        reply: [{ text: say("offer_person"), actions: [say("button.person"), say("button.rephrase")] }],
        did: "not_understood",
        outcome: say("outcome.not_understood"),
      };
    case "ask":
      return { reply: [] };
  }
}
