/** The log as a client may see it: files get an address with a short-lived token, the customer's own typing is left out. */
import type { Activity, LoggedActivity } from "../../ports/channel.ts";
import type { Tokens } from "./tokens.ts";

/** What Direct Line calls an activity group. The watermark is the log number of the last activity looked at. */
export interface ActivityGroup {
  readonly activities: readonly Activity[];
  readonly watermark: string;
}

export type Render = (logged: readonly LoggedActivity[], after: number) => Promise<ActivityGroup>;

/** A bare id, not an address: a file the desk keeps. */
function isFileId(contentUrl: string | undefined): contentUrl is string {
  return contentUrl !== undefined && /^[\w-]+$/.test(contentUrl);
}

/** @param base scheme, host and prefix under which the client reaches us, e.g. `https://desk.example/v3/directline`. */
export function createRender(tokens: Tokens, base: string, conversationId: string, userId: string): Render {
  return async (logged, after) => {
    const last = logged.at(-1)?.seq ?? after;
    const shown = logged.map((one) => one.activity).filter((activity) => !(activity.type === "typing" && activity.from.role !== "bot"));
    const withFiles = shown.some((activity) => activity.attachments?.some((file) => isFileId(file.contentUrl)) === true);
    if (!withFiles) return { activities: shown, watermark: String(last) };
    const token = await tokens.issue("file", conversationId, userId);
    const address = (fileId: string) =>
      `${base}/conversations/${encodeURIComponent(conversationId)}/files/${encodeURIComponent(fileId)}?t=${token}`;
    return { activities: shown.map((activity) => withAddresses(activity, address)), watermark: String(last) };
  };
}

function withAddresses(activity: Activity, address: (fileId: string) => string): Activity {
  if (activity.attachments === undefined) return activity;
  const attachments = activity.attachments.map((file) =>
    isFileId(file.contentUrl) ? { ...file, contentUrl: address(file.contentUrl) } : file,
  );
  return { ...activity, attachments };
}
