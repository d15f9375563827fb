/** What comes in by the Escalation API, with limits and examples. Unknown fields are dropped. */
import { z } from "zod";
import { SKILLS } from "../policy/words.ts";
import { AGENT_STATES, disposition, fence, filled, id, instant, language, optional, priority, skill, status, words } from "./schemas.ts";

export const byId = z.object({ id });
export const caseFile = z.object({ id, fileId: id });
export const locale = z.string().regex(/^[A-Za-z0-9-]{2,35}$/, "must be a language tag such as zh-CN");

export const utterance = z.object({
  text: filled(4000).meta({ example: "充值三个小时了还没到账" }),
  locale: optional(locale.meta({ example: "zh-CN" })),
});
export const contactText = z.object({ text: filled(4000).meta({ example: "有人用 400-000-1243 打给我说是客服" }) });

export const newCase = z
  .object({
    channel: z.string().regex(/^[a-z][a-z0-9_-]{0,39}$/),
    language,
    intent: optional(z.string().regex(/^[a-z][a-z0-9_]{0,59}$/)),
    skill: optional(skill),
    priority: optional(priority),
    customer: optional(
      z.object({ id: optional(filled(200)), name: optional(filled(200)), phone: optional(z.string().regex(/^[+0-9 ()-]{5,30}$/)) }),
    ),
    facts: optional(z.array(z.object({ name: filled(60), value: words(500), source: optional(z.enum(["customer", "platform"])) })).max(50)),
    summary: optional(z.object({ wants: filled(2000) })),
    enqueue: optional(z.boolean()),
  })
  .meta({
    example: {
      channel: "ivr",
      language: "zh",
      intent: "paid_not_delivered",
      customer: { id: "u1001", phone: "+86 138 0000 1001" },
      facts: [{ name: "order_number", value: "KM1001-A" }],
      summary: { wants: "三小时前充值未到账,要求到账或退款" },
      enqueue: true,
    },
  });

export const caseChange = z
  .object({
    status: optional(status),
    priority: optional(priority),
    reason: optional(filled(500)),
    skill: optional(skill),
    disposition: optional(disposition),
    note: optional(filled(4000)),
  })
  .refine((change) => change.priority === undefined || change.reason !== undefined, {
    path: ["reason"],
    message: "is needed with a priority",
  })
  .refine((change) => Object.keys(change).some((key) => key !== "reason"), "changes nothing")
  .meta({ example: { priority: "high", reason: "客户第三次来电", note: "已与支付渠道核对" } });

export const revealRequest = z
  .object({ orderNo: filled(64), reason: filled(500) })
  .meta({ example: { orderNo: "KM1001-C", reason: "客户说卡密无效，与供货方核对" } });

const limit = z.coerce.number().int().min(1).max(100).default(50);
export const paging = z.object({ limit });
export const waitingList = z.object({ state: z.literal("waiting").default("waiting"), limit });
export const caseFilter = z.object({
  q: optional(
    filled(100).meta({ description: "Case code, order number or serial, the last digits of the phone (4 at least), or part of the name." }),
  ),
  status: optional(status),
  priority: optional(priority),
  skill: optional(skill),
  customerId: optional(id),
  conversationId: optional(id),
  since: optional(instant),
  limit,
  cursor: optional(z.string().min(1).max(500)),
});

const logNumber = z.coerce.number().int().min(0).max(2_147_483_647);
const readersLanguage = optional(
  language.meta({
    description:
      "What the reader wants beside the original. Needs a language model; without one the answer says so and holds the original.",
  }),
);
export const inLanguage = z.object({ language: readersLanguage });

export const transcriptPage = z
  .object({
    language: readersLanguage,
    order: z.enum(["oldest", "newest"]).default("oldest").meta({
      description: "From which end pages are counted. Within a page lines stand in the order they were said.",
    }),
    cursor: optional(logNumber.meta({ description: "`nextCursor` of the page before." })),
    after: optional(logNumber.meta({ description: "Only lines after this `seq`: what is new since the last look." })),
    limit: z.coerce.number().int().min(1).max(500).default(200).meta({ description: "Log entries looked at, at most 500." }),
  })
  .refine(({ after, cursor, order }) => after === undefined || (cursor === undefined && order === "oldest"), {
    path: ["after"],
    message: "goes alone: not with `cursor`, and with the oldest first",
  });

export const lookup = z
  .object({
    code: optional(z.string().min(1).max(30).meta({ example: "48213377" })),
    phone: optional(z.string().regex(/^[+0-9 ()-]{5,30}$/)),
  })
  .refine(({ code, phone }) => (code === undefined) !== (phone === undefined), "needs either `code` or `phone`");

export const estimateFor = z.object({ priority: priority.default("normal"), language: language.default("zh") });
export const bySkill = z.object({ skill });

export const claim = z
  .object({
    skills: optional(z.array(skill).min(1).max(SKILLS.length)),
    languages: optional(z.array(language).min(1).max(2)),
    agentId: optional(id),
  })
  .meta({ example: { skills: ["orders"], languages: ["zh"] } });
export const withFence = z.object({ fence });
export const completion = z.object({ fence, disposition, note: optional(filled(4000)) });
export const transferTo = z.object({ fence, skill, language: optional(language), note: optional(filled(4000)) });
export const newPlace = z
  .object({
    before: optional(id.meta({ description: "An entry of the same line. Without it: before all of its lane." })),
    reason: filled(500),
  })
  .meta({ example: { reason: "Has waited through two cut-off calls." } });
export const abandonment = z.object({ fence: optional(fence) });
export const takeover = z.object({ agentId: optional(id.meta({ description: "For whom, when an integration key asks." })) });
export const agentMessage = z
  .object({ text: filled(4000), agentId: optional(id.meta({ description: "Who speaks, when an integration key asks." })) })
  .meta({ example: { text: "我是接您这件事的专员，正在查这笔订单。" } });
export const agentId = z.object({
  id: z.string().regex(/^[a-z0-9][a-z0-9._-]{0,59}$/, "a user name: small letters, digits, dot, dash, underscore, 60 at most"),
});
export const agentSetUp = z
  .object({
    name: optional(filled(60).meta({ description: "What customers see; without one they see “an agent”." })),
    role: optional(z.enum(["agent", "supervisor"])),
    password: optional(z.string().min(8).max(1000).meta({ description: "Needed for a new one." })),
    skills: optional(z.array(skill).max(SKILLS.length)),
    languages: optional(z.array(language).min(1).max(2)),
    modifiers: optional(z.array(z.enum(["senior", "calming"])).max(2)),
    levels: optional(z.partialRecord(skill, z.union([z.literal(1), z.literal(2), z.literal(3)]))),
    capacity: optional(z.int().min(1).max(20)),
    overflow: optional(z.boolean()),
  })
  .meta({
    example: {
      name: "小陈",
      password: "at least 8 characters",
      skills: ["orders", "payments"],
      languages: ["zh", "en"],
      modifiers: ["calming"],
    },
  });
export const agentState = z.object({ state: z.enum(AGENT_STATES) });
export const signIn = z.object({ user: filled(100).meta({ example: "admin" }), password: z.string().min(1).max(1000) });

const idempotencyKey = z
  .string()
  .regex(/^[\x21-\x7e]{1,200}$/, "must be 1 to 200 visible ASCII characters")
  .meta({ description: "A repeat with the same key gets the same answer." });
export const idempotent = z.object({ "idempotency-key": optional(idempotencyKey) });
export const ifMatch = z.object({
  "if-match": optional(z.string().max(60).meta({ description: "The version the change is based on.", example: '"3"' })),
});
