/**
 * The turn as the Microsoft 365 Agents SDK runs it: TurnContext and middleware around our handler, behind our own adapter. Nothing is sent from
 * here: replies are collected and given back, and reach the customer only after the turn is committed. No Azure account, no network.
 *
 * The SDK (agents-hosting and agents-activity 1.8.1, pinned exactly) has corners this module rounds off, each with a test:
 * - `JSON.stringify(activity)` writes `_channelId`; only `toJsonString()` writes `channelId`.
 * - `sendActivity` deletes the id and overwrites `from`: ours travel in a field of their own and are put back.
 * - `suggestedActions.to` must be there; the values of `imBack` buttons must be strings (Web Chat refuses others; `MessageFactory` makes objects).
 * - empty strings are refused, while nonsense timestamps and types are let through: what comes out is checked against our own shape.
 * - an adapter without `onTurnError` answers the customer with a note to developers: ours hands the error on.
 */
import { Activity as SdkActivity } from "@microsoft/agents-activity";
import { BaseAdapter, type MiddlewareHandler, TurnContext } from "@microsoft/agents-hosting";
import { z } from "zod";
import type { Activity, TurnPipeline } from "../ports/channel.ts";

export type TurnMiddleware = MiddlewareHandler;

export interface TurnPipelineOptions {
  /** Run around every turn in this order: a hook for metrics, a transcript, a guard. What they send or change is stamped after them. */
  readonly middleware?: readonly TurnMiddleware[];
  /** Who the bot is where a reply does not say so itself. */
  readonly bot?: { readonly id: string; readonly name?: string };
}

/** Ours through the SDK and back: what `sendActivity` would throw away. */
const DESK_FIELD = "jietongDesk";

const text = z.string().min(1);
const account = z.object({ id: text, name: z.exactOptional(text), role: z.exactOptional(z.enum(["user", "bot"])) });
const outgoingSchema = z.object({
  id: text,
  type: z.enum(["message", "typing", "event", "conversationUpdate"]),
  timestamp: z.iso.datetime({ offset: true }),
  from: account,
  conversation: z.object({ id: text }),
  channelId: text,
  text: z.exactOptional(z.string()),
  textFormat: z.exactOptional(z.enum(["plain", "markdown"])),
  locale: z.exactOptional(z.string()),
  name: z.exactOptional(z.string()),
  value: z.exactOptional(z.unknown()),
  attachments: z.exactOptional(
    z.array(
      z.object({
        contentType: text,
        contentUrl: z.exactOptional(z.string()),
        name: z.exactOptional(z.string()),
        content: z.exactOptional(z.unknown()),
      }),
    ),
  ),
  suggestedActions: z.exactOptional(
    z.object({
      to: z.array(z.string()),
      actions: z.array(z.object({ type: z.enum(["imBack", "openUrl", "call"]), title: text, value: z.string() })),
    }),
  ),
  replyToId: z.exactOptional(text),
  inputHint: z.exactOptional(z.enum(["acceptingInput", "ignoringInput", "expectingInput"])),
  channelData: z.exactOptional(z.record(z.string(), z.unknown())),
});
const deskSchema = z.object({ id: text, from: account });

/** Kinds the desk's log has no word for (trace, endOfConversation …): a middleware may send them, the customer never sees them. */
const KEPT: ReadonlySet<string> = new Set(outgoingSchema.shape.type.options);

/** Collects instead of sending. One for each turn, so that two conversations never meet. */
class CollectingAdapter extends BaseAdapter {
  readonly collected: Activity[] = [];

  async process(incoming: SdkActivity, logic: (context: TurnContext) => Promise<void>): Promise<void> {
    await this.runMiddleware(new TurnContext(this, incoming), logic);
  }

  override async sendActivities(_context: TurnContext, activities: SdkActivity[]): Promise<{ id: string }[]> {
    return activities.map((activity) => {
      const reply = KEPT.has(activity.type) ? fromSdk(activity) : undefined;
      if (reply !== undefined) this.collected.push(reply);
      return { id: reply?.id ?? "" };
    });
  }

  override updateActivity(): Promise<void> {
    return Promise.reject(new Error("A committed reply is never changed; send another."));
  }
  override deleteActivity(): Promise<void> {
    return Promise.reject(new Error("A committed reply is never deleted."));
  }
  override continueConversation(): Promise<void> {
    return Promise.reject(new Error("Replies outside a turn go through the store's log."));
  }
  override uploadAttachment(): Promise<never> {
    return Promise.reject(new Error("Files are kept by the channel."));
  }
  override getAttachmentInfo(): Promise<never> {
    return Promise.reject(new Error("Files are kept by the channel."));
  }
  override getAttachment(): Promise<never> {
    return Promise.reject(new Error("Files are kept by the channel."));
  }
}

/**
 * @returns the pipeline of `ports/channel.ts`. `run` gives back what was sent, in order, each with id, `replyToId`, conversation and channel set;
 * an activity a middleware sends without an id gets `<incoming id>|<n>`. It rejects with whatever the handler or a middleware threw, and with a
 * ZodError when a reply does not have the shape of our Activity.
 */
export function createTurnPipeline(options: TurnPipelineOptions = {}): TurnPipeline {
  const bot = { role: "bot", id: options.bot?.id ?? "jietong", ...(options.bot?.name === undefined ? {} : { name: options.bot.name }) };
  return {
    async run(incoming, handler) {
      const adapter = new CollectingAdapter();
      adapter.onTurnError = async (_context, error) => {
        throw error;
      };
      adapter.use(...(options.middleware ?? []), stampReplies(incoming));
      await adapter.process(toSdk({ ...incoming, recipient: bot }), (context) =>
        handler(async (reply) => {
          await context.sendActivity(toSdk({ ...reply, [DESK_FIELD]: { id: reply.id, from: reply.from } }));
        }),
      );
      return adapter.collected;
    },
  };
}

/** Puts back the ids and senders the SDK took away, and gives what has none an id, a time and its place in the turn. */
function stampReplies(incoming: Activity): TurnMiddleware {
  let sent = 0;
  return async (context, next) => {
    context.onSendActivities(async (_context, activities, send) => {
      for (const activity of activities) {
        sent += 1;
        const ours = deskSchema.safeParse(Reflect.get(activity, DESK_FIELD));
        Reflect.deleteProperty(activity, DESK_FIELD);
        activity.id = ours.success ? ours.data.id : `${incoming.id}|${sent}`;
        if (ours.success) activity.from = ours.data.from;
        activity.replyToId ??= incoming.id;
        activity.timestamp ??= incoming.timestamp;
      }
      return await send();
    });
    await next();
  };
}

/** @throws ZodError (the SDK's) when a required field is missing. */
function toSdk(activity: object): SdkActivity {
  return SdkActivity.fromObject(Object.fromEntries(Object.entries(activity).filter(([, value]) => value !== "" && value !== undefined)));
}

function fromSdk(activity: SdkActivity): Activity {
  return outgoingSchema.parse(JSON.parse(activity.toJsonString()));
}
