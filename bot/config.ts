/** The environment, read once, checked, frozen. All faults are reported together, each naming the variable and what is allowed. */
import { resolve } from "node:path";
import { z } from "zod";

export interface Config {
  readonly port: number;
  readonly host: string;
  readonly dataDir: string;
  readonly databaseUrl: string | undefined;
  readonly adminPassword: string | undefined;
  readonly apiKey: string | undefined;
  readonly identitySecret: string | undefined;
  readonly platform: { readonly url: string; readonly key: string } | undefined;
  /** Without a key no model is used. */
  readonly model: ModelConfig | undefined;
  readonly configDir: string;
  readonly logLevel: "debug" | "info" | "warn" | "error" | "silent";
}

export interface ModelConfig {
  readonly key: string;
  /** Default: OpenAI's own. */
  readonly url?: string;
  readonly model: string;
  readonly format: "json_schema" | "tools";
  /** For all of a turn's calls together. */
  readonly turnMs: number;
  readonly tokensPerDay: number;
}

export class ConfigFault extends Error {
  readonly faults: readonly string[];
  constructor(faults: readonly string[]) {
    super(faults.join("\n"));
    this.name = "ConfigFault";
    this.faults = faults;
  }
}

const httpUrl = z.url({ protocol: /^https?$/ });
/** Small, cheap, and good enough for one sentence at a time. */
const DEFAULT_MODEL = "gpt-4.1-mini";
const ROOT = resolve(import.meta.dirname, "..");

const RULES = {
  PORT: { rule: z.coerce.number().int().min(0).max(65535).default(3978), allowed: "a whole number from 0 to 65535" },
  HOST: { rule: z.string().min(1).default("127.0.0.1"), allowed: "a host name or address to listen on" },
  JIETONG_DATA_DIR: { rule: z.string().min(1).default("./data"), allowed: "a folder the desk may write to" },
  DATABASE_URL: { rule: z.url({ protocol: /^postgres(ql)?$/ }).optional(), allowed: "postgres://user:password@host:port/database" },
  JIETONG_ADMIN_PASSWORD: { rule: z.string().min(8).optional(), allowed: "at least 8 characters" },
  JIETONG_API_KEY: { rule: z.string().min(16).optional(), allowed: "at least 16 characters" },
  JIETONG_IDENTITY_SECRET: { rule: z.string().min(32).optional(), allowed: "at least 32 characters" },
  JIETONG_PLATFORM_URL: { rule: httpUrl.optional(), allowed: "an http(s) address" },
  JIETONG_PLATFORM_KEY: {
    rule: z.string().min(1).optional(),
    allowed: "the bearer key of your platform, together with JIETONG_PLATFORM_URL",
  },
  OPENAI_API_KEY: { rule: z.string().min(1).optional(), allowed: "the model server's key; any text where it needs none" },
  OPENAI_BASE_URL: { rule: httpUrl.optional(), allowed: "an http(s) address such as http://127.0.0.1:11434/v1" },
  OPENAI_MODEL: { rule: z.string().max(200).optional(), allowed: "a model's name, at most 200 characters" },
  JIETONG_MODEL_FORMAT: {
    rule: z.enum(["json_schema", "tools"]).default("json_schema"),
    allowed: "json_schema, or tools for a server that knows tool calls only",
  },
  JIETONG_MODEL_TIMEOUT_MS: {
    rule: z.coerce.number().int().min(200).max(30_000).default(6000),
    allowed: "milliseconds from 200 to 30000, for all of a turn's calls together",
  },
  JIETONG_MODEL_TOKENS_PER_DAY: {
    rule: z.coerce.number().int().min(0).max(1_000_000_000).default(500_000),
    allowed: "a whole number of tokens from 0 to 1000000000",
  },
  JIETONG_CONFIG: {
    rule: z.string().min(1).default(resolve(ROOT, "bot/policy")),
    allowed: "a folder with routing.yaml, queues.yaml, intake.yaml, contacts.yaml and replies/",
  },
  JIETONG_LOG: {
    rule: z.enum(["debug", "info", "warn", "error", "silent"]).default("warn"),
    allowed: "debug, info, warn, error or silent",
  },
} as const;

/**
 * @param environment e.g. `process.env`
 * @throws ConfigFault listing every fault
 */
export function readConfig(environment: Readonly<Record<string, string | undefined>>): Config {
  const faults: string[] = [];
  const read = <K extends keyof typeof RULES>(name: K): z.output<(typeof RULES)[K]["rule"]> => {
    const { rule, allowed } = RULES[name];
    const value = environment[name];
    const parsed = rule.safeParse(value === undefined || value.trim() === "" ? undefined : value.trim());
    if (parsed.success) return parsed.data as z.output<(typeof RULES)[K]["rule"]>;
    faults.push(`${name}: must be ${allowed}`);
    return undefined as z.output<(typeof RULES)[K]["rule"]>;
  };
  const platformUrl = read("JIETONG_PLATFORM_URL");
  const platformKey = read("JIETONG_PLATFORM_KEY");
  if ((platformUrl === undefined) !== (platformKey === undefined))
    faults.push("JIETONG_PLATFORM_URL, JIETONG_PLATFORM_KEY: set both or neither (neither: the demo platform)");
  const model: ModelConfig = {
    key: read("OPENAI_API_KEY") ?? "",
    ...withUrl(read("OPENAI_BASE_URL")),
    model: read("OPENAI_MODEL") ?? DEFAULT_MODEL,
    format: read("JIETONG_MODEL_FORMAT"),
    turnMs: read("JIETONG_MODEL_TIMEOUT_MS"),
    tokensPerDay: read("JIETONG_MODEL_TOKENS_PER_DAY"),
  };
  const halfSet = ["OPENAI_BASE_URL", "OPENAI_MODEL"].filter((name) => (environment[name] ?? "").trim() !== "");
  if (model.key === "" && halfSet.length > 0)
    faults.push(`${halfSet.join(", ")}: set OPENAI_API_KEY too (any text where the server needs none), or none of them`);
  const config: Config = {
    port: read("PORT"),
    host: read("HOST"),
    dataDir: resolve(read("JIETONG_DATA_DIR") ?? "./data"),
    databaseUrl: read("DATABASE_URL"),
    adminPassword: read("JIETONG_ADMIN_PASSWORD"),
    apiKey: read("JIETONG_API_KEY"),
    identitySecret: read("JIETONG_IDENTITY_SECRET"),
    platform:
      platformUrl !== undefined && platformKey !== undefined ? { url: platformUrl.replace(/\/+$/u, ""), key: platformKey } : undefined,
    model: model.key === "" ? undefined : model,
    configDir: resolve(read("JIETONG_CONFIG") ?? ""),
    logLevel: read("JIETONG_LOG"),
  };
  if (faults.length > 0) throw new ConfigFault(faults);
  return Object.freeze(config);
}

function withUrl(url: string | undefined): { url?: string } {
  return url === undefined ? {} : { url: url.replace(/\/+$/u, "") };
}
