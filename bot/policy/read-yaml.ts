/** Reads an operator's YAML file against a schema; every fault names file, line, column, and the keys that are allowed there. */
import { readFileSync } from "node:fs";
import { isMap, isNode, LineCounter, parseDocument } from "yaml";
import { z } from "zod";

/** One fault in an operator's file, e.g. `routing.yaml:12:5 unknown key "prioritty"; known keys: priority, skill, modifiers`. */
export class DataFault extends Error {
  readonly faults: readonly string[];
  constructor(faults: readonly string[]) {
    super(faults.join("\n"));
    this.name = "DataFault";
    this.faults = faults;
  }
}

/** What a file holds, and where in it: for faults that no schema finds. */
export interface PlacedData<T> {
  readonly data: T;
  /** `file:line:col` of the value under these keys, or of the nearest one around it. */
  at(...keys: readonly (string | number)[]): string;
  /** `file:line:col` of the key itself, under the keys before it. */
  atKey(...keys: readonly [...(string | number)[], string]): string;
}

/**
 * @param path file to read
 * @param schema zod schema; use `z.strictObject` so that unknown keys are found
 * @param shown how the file is named in messages
 * @throws DataFault with every fault at once
 */
export function readYaml<S extends z.ZodType>(path: string, schema: S, shown: string = path): PlacedData<z.output<S>> {
  const lines = new LineCounter();
  const document = parseDocument(textOf(path, shown), { lineCounter: lines, uniqueKeys: true });
  const at = (offset: number): string => {
    const { line, col } = lines.linePos(offset);
    return `${shown}:${line}:${col}`;
  };
  // One syntax fault makes the parser report many after it: the first is the one to mend.
  const [broken] = document.errors;
  if (broken) throw new DataFault([`${at(broken.pos[0])} ${broken.message.split("\n")[0]}`]);

  const place = (keys: readonly PropertyKey[], unknownKey?: string): string => {
    for (let depth = keys.length; depth >= 0; depth -= 1) {
      const node = depth === 0 ? document.contents : document.getIn(keys.slice(0, depth), true);
      if (!isNode(node) || !node.range) continue;
      if (unknownKey !== undefined && isMap(node)) {
        const pair = node.items.find((item) => String(item.key) === unknownKey);
        if (pair && isNode(pair.key) && pair.key.range) return at(pair.key.range[0]);
      }
      return at(node.range[0]);
    }
    return `${shown}:1:1`;
  };

  let plain: unknown;
  try {
    plain = document.toJS();
  } catch (error) {
    // An alias (`*name`) without its anchor; a text that begins with a star has to be quoted.
    throw new DataFault([`${shown}:1:1 ${error instanceof Error ? error.message : error}; a text that begins with * or & needs quotes`]);
  }
  const parsed = schema.safeParse(plain);
  if (parsed.success)
    return { data: parsed.data, at: (...keys) => place(keys), atKey: (...keys) => place(keys.slice(0, -1), String(keys.at(-1))) };
  throw new DataFault(
    parsed.error.issues.flatMap((issue) => {
      if (issue.code !== "unrecognized_keys")
        return [`${place(issue.path)} ${issue.path.map(String).join(".") || "file"}: ${issue.message}`];
      const known = knownKeys(schema, issue.path).join(", ");
      return issue.keys.map((key) => `${place(issue.path, key)} unknown key "${key}"; known keys: ${known}`);
    }),
  );
}

function textOf(path: string, shown: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    throw new DataFault([`${shown}:1:1 cannot be read: ${error instanceof Error ? error.message : error}`]);
  }
}

/** Keys the schema allows at `path`. Walks objects, arrays, records, optionals and unions of zod 4. */
function knownKeys(schema: z.ZodType, path: readonly PropertyKey[]): string[] {
  let here: unknown = schema;
  for (const step of [...path, undefined]) {
    here = unwrap(here);
    if (step === undefined) break;
    if (here instanceof z.ZodObject) here = here.shape[String(step)];
    else if (here instanceof z.ZodArray) here = here.element;
    else if (here instanceof z.ZodRecord) here = here.valueType;
    else return [];
  }
  if (here instanceof z.ZodRecord && here.keyType instanceof z.ZodEnum) return here.keyType.options.map(String);
  return here instanceof z.ZodObject ? Object.keys(here.shape) : [];
}

function unwrap(schema: unknown): unknown {
  let here = schema;
  while (here instanceof z.ZodOptional || here instanceof z.ZodDefault || here instanceof z.ZodReadonly) here = here.unwrap();
  return here;
}
