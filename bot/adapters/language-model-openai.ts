/**
 * Any server that speaks OpenAI's chat completions, by LangChain. Loaded only where a key is set: it costs a second and 100 MB.
 *
 * Found by running it against a server that misbehaves: `timeout` does not bound a body that stalls, so the caller's signal is raced as well;
 * an answer without `choices` is a TypeError; malformed tool arguments end in an empty answer; six repeats are the default.
 */
import { ChatOpenAI } from "@langchain/openai";
import { createAgent, HumanMessage, modelCallLimitMiddleware, providerStrategy, SystemMessage, tool, toolStrategy } from "langchain";
import { APIConnectionTimeoutError, APIError } from "openai";
import { z } from "zod";
import type { LanguageModel, ModelFailure, ModelQuestion, ModelResult, ModelTool } from "../ports/language-model.ts";

export interface OpenAiOptions {
  readonly key: string;
  /** Default: OpenAI's own. */
  readonly url?: string;
  readonly model: string;
  /** How the server is made to answer in a shape: `json_schema` (response_format), or `tools` where it knows only tool calls. */
  readonly format: "json_schema" | "tools";
}

export function openAiModel({ key, url, model: name, format }: OpenAiOptions): LanguageModel {
  // Tracing to somebody else's server is switched on by the environment alone: customers' words do not go there.
  for (const variable of ["LANGSMITH_TRACING", "LANGSMITH_TRACING_V2", "LANGCHAIN_TRACING", "LANGCHAIN_TRACING_V2"])
    process.env[variable] = "false";

  const ask = async (question: ModelQuestion): Promise<ModelResult> => {
    const model = new ChatOpenAI({
      model: name,
      apiKey: key,
      maxRetries: 1,
      maxTokens: question.mostTokens,
      ...(url === undefined ? {} : { configuration: { baseURL: url } }),
    });
    // LangChain types these by zod 3's classes; what they take and give is plain JSON Schema and plain settings.
    const schema = { ...question.shape } as never;
    const callLimit = modelCallLimitMiddleware({ runLimit: question.mostCalls, exitBehavior: "error" } as never) as never;
    const responseFormat = (format === "tools" ? toolStrategy(schema, { handleError: false }) : providerStrategy(schema)) as never;
    const tools = question.tool ? [asTool(question.tool)] : [];
    const agent: Agent = createAgent({ model, tools, middleware: [callLimit], responseFormat }) as never;
    const messages = [new SystemMessage(question.prompt.text), new HumanMessage(question.data)];
    const { structuredResponse, messages: all } = await agent.invoke({ messages }, { signal: question.signal });
    const used = all.map((message) => message.usage_metadata?.total_tokens ?? 0);
    const tokens = used.reduce((sum, one) => sum + one, 0);
    const spent = tokens > 0 ? { tokens } : {};
    if (structuredResponse === undefined || structuredResponse === null) return { ok: false, why: isEmpty(all) ? "empty" : "malformed" };
    const read = z.fromJSONSchema(question.shape as Parameters<typeof z.fromJSONSchema>[0]).safeParse(structuredResponse);
    return read.success ? { ok: true, value: read.data, ...spent } : { ok: false, why: "malformed" };
  };

  return {
    name,
    ask: async (question) => {
      if (question.signal.aborted) return { ok: false, why: "timeout" };
      try {
        return await Promise.race([ask(question), untilAborted(question.signal)]);
      } catch (error) {
        return { ok: false, why: question.signal.aborted ? "timeout" : failureOf(error) };
      }
    },
  };
}

interface Agent {
  invoke(given: object, options: { signal: AbortSignal }): Promise<{ structuredResponse?: unknown; messages: readonly Message[] }>;
}

interface Message {
  readonly text: string;
  readonly usage_metadata?: { readonly total_tokens?: number };
}

function asTool({ name, description, run }: ModelTool) {
  const schema = { type: "object", properties: { query: { type: "string" } }, required: ["query"], additionalProperties: false } as const;
  return tool((asked) => run((asked as { query: string }).query.slice(0, 200)), { name, description, schema });
}

function untilAborted(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => signal.addEventListener("abort", () => reject(signal.reason), { once: true }));
}

function isEmpty(messages: readonly Message[]): boolean {
  return (messages.at(-1)?.text ?? "").trim() === "";
}

function failureOf(error: unknown): ModelFailure {
  if (error instanceof APIConnectionTimeoutError) return "timeout";
  if (error instanceof APIError) {
    if (error.status === undefined) return "unreachable";
    if (error.status === 429) return "limited";
    return error.status >= 500 ? "server_error" : "refused";
  }
  const status = typeof error === "object" && error !== null && "status" in error ? Number(error.status) : Number.NaN;
  if (status === 429) return "limited";
  if (error instanceof Error && /timeout/iu.test(error.name)) return "timeout";
  return "malformed";
}
