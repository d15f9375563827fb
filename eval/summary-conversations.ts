/** Conversations with what a case's summary must hold of them, as `datasets/summaries/*.yaml` hold them. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import { z } from "zod";

/** The parts of a summary. `quoted`: the customer's own words. */
export const PARTS = ["wants", "quoted", "known", "corrected", "tried", "promised", "why", "flags", "missing", "next"] as const;
export type Part = (typeof PARTS)[number];

/** `a | b`: one of them. `from`: whose word the summary must say it is. */
const pieceSchema = z.union([
  z.string().transform((is) => ({ is, from: undefined })),
  z.strictObject({ is: z.string(), from: z.enum(["customer", "platform"]) }),
]);

const conversationSchema = z.strictObject({
  name: z.string().min(10),
  /** A demo customer; without it nobody is signed in. */
  customer: z.string().optional(),
  turns: z.array(z.string().trim().min(1)).min(2),
  readings: z.array(z.string()).default([]),
  must: z.partialRecord(z.enum(PARTS), z.array(pieceSchema).min(1)),
  never: z.array(z.string()).default([]),
  secret: z.array(z.string()).default([]),
});

export interface SummaryPiece {
  readonly is: string;
  readonly from: "customer" | "platform" | undefined;
}

export interface SummaryConversation extends Omit<z.output<typeof conversationSchema>, "must"> {
  readonly language: "zh" | "en";
  readonly must: Partial<Readonly<Record<Part, readonly SummaryPiece[]>>>;
}

/** @param dir holds `zh.yaml` and `en.yaml` @throws when a file does not fit the form, naming it */
export function readSummaryConversations(dir: string): SummaryConversation[] {
  return readdirSync(dir)
    .filter((name) => name.endsWith(".yaml"))
    .sort()
    .flatMap((file) => {
      const language = z.enum(["zh", "en"]).parse(file.slice(0, -".yaml".length));
      const parsed = z.array(conversationSchema).safeParse(parse(readFileSync(join(dir, file), "utf8")));
      if (!parsed.success) throw new Error(`${file}: ${z.prettifyError(parsed.error)}`);
      return parsed.data.map((conversation) => ({ ...conversation, language }));
    });
}
