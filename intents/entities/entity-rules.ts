import { isMap, isScalar, isSeq, type YAMLMap } from "yaml";
import { type Fault, FaultyReader, keyOf, type OperatorFile } from "../operator-file.ts";

/** `entities.yaml` after checking; plain data, so that it can be kept beside the model. */
export interface EntityRules {
  readonly patterns: Readonly<Record<PatternType, readonly { readonly pattern: string; readonly confidence: number }[]>>;
  readonly announced: Readonly<Record<AnnouncedType, readonly string[]>>;
  readonly channels: Readonly<Record<string, readonly string[]>>;
  readonly currencies: Readonly<Record<string, readonly string[]>>;
  /** Entity type → intent of a message that holds nothing else. */
  readonly alone: Readonly<Record<string, string>>;
}

export const PATTERN_TYPES = ["order_number", "payment_serial", "withdrawal_number"] as const;
export type PatternType = (typeof PATTERN_TYPES)[number];
export const ANNOUNCED_TYPES = ["order_number", "payment_serial", "withdrawal_number", "case_code", "account"] as const;
export type AnnouncedType = (typeof ANNOUNCED_TYPES)[number];
const KEYS = ["patterns", "announced", "channels", "currencies", "alone"] as const;
const CHANNELS = ["alipay", "wechat", "bank_card", "balance", "usdt", "paypal", "apple", "google", "qq"] as const;

/** Reads `entities.yaml`. */
export function loadEntityRules(file: OperatorFile): { readonly rules: EntityRules; readonly faults: readonly Fault[] } {
  const reader = new FaultyReader(file);
  const { root } = reader;
  const patterns: Record<PatternType, { pattern: string; confidence: number }[]> = {
    order_number: [],
    payment_serial: [],
    withdrawal_number: [],
  };
  const announced: Record<AnnouncedType, readonly string[]> = {
    order_number: [],
    payment_serial: [],
    withdrawal_number: [],
    case_code: [],
    account: [],
  };
  let channels: Record<string, readonly string[]> = {};
  let currencies: Record<string, readonly string[]> = {};
  const alone: Record<string, string> = {};
  if (root !== undefined) {
    reader.onlyKeys(root, KEYS);
    const given = reader.map(root, "patterns");
    if (given !== undefined) {
      reader.onlyKeys(given, PATTERN_TYPES);
      for (const type of PATTERN_TYPES) patterns[type] = readPatterns(reader, given, type);
    }
    const words = reader.map(root, "announced");
    if (words !== undefined) {
      reader.onlyKeys(words, ANNOUNCED_TYPES);
      for (const type of ANNOUNCED_TYPES) announced[type] = reader.strings(words, type, false).map(({ text }) => text.toLowerCase());
    }
    channels = readLists(reader, root, "channels");
    for (const name of Object.keys(channels)) {
      if (!CHANNELS.some((known) => known === name))
        reader.fault(reader.node(root, "channels"), `unknown channel "${name}"; valid keys: ${CHANNELS.join(", ")}`);
    }
    currencies = readLists(reader, root, "currencies");
    for (const name of Object.keys(currencies)) {
      if (!/^[A-Z]{3}$/u.test(name)) reader.fault(reader.node(root, "currencies"), `"${name}" is no ISO 4217 code (three capitals)`);
    }
    for (const pair of reader.map(root, "alone", false)?.items ?? []) {
      if (isScalar(pair.value) && typeof pair.value.value === "string") alone[keyOf(pair)] = pair.value.value;
      else reader.fault(pair.key, "must name an intent");
    }
  }
  return { rules: { patterns, announced, channels, currencies, alone }, faults: reader.faults };
}

function readPatterns(reader: FaultyReader, map: YAMLMap, type: PatternType): { pattern: string; confidence: number }[] {
  const list = reader.node(map, type);
  if (list === undefined) return [];
  if (!isSeq(list)) {
    reader.fault(list, `"${type}" must be a list`);
    return [];
  }
  const found: { pattern: string; confidence: number }[] = [];
  for (const item of list.items) {
    if (!isMap(item)) {
      reader.fault(item, "must be { pattern, confidence }");
      continue;
    }
    reader.onlyKeys(item, ["pattern", "confidence"]);
    const pattern = reader.string(item, "pattern");
    const confidence: unknown = item.get("confidence");
    if (pattern === undefined) continue;
    try {
      new RegExp(pattern, "iu");
      found.push({ pattern, confidence: typeof confidence === "number" ? confidence : 0.9 });
    } catch (error) {
      reader.fault(reader.node(item, "pattern"), error instanceof Error ? error.message : "bad pattern");
    }
  }
  return found;
}

function readLists(reader: FaultyReader, root: YAMLMap, key: string): Record<string, readonly string[]> {
  const map = reader.map(root, key);
  const lists: Record<string, readonly string[]> = {};
  for (const pair of map?.items ?? []) {
    const name = keyOf(pair);
    if (map !== undefined) lists[name] = reader.strings(map, name).map(({ text }) => text.toLowerCase());
  }
  return lists;
}
