/** A JSON Schema as a reader wants to see it: `{ name: string, priority?: "high" | "low", items: Case[] }`. */

type Schema = Readonly<Record<string, unknown>>;

function isSchema(value: unknown): value is Schema {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function schemas(value: unknown): readonly Schema[] {
  return Array.isArray(value) ? value.filter(isSchema) : [];
}

export function schemaText(schema: unknown, indent = ""): string {
  if (!isSchema(schema)) return "any";
  const choice = schemas(schema.anyOf ?? schema.oneOf).filter((one) => one.type !== "null");
  if (choice.length > 0) return choice.map((one) => schemaText(one, indent)).join(" | ");
  if (schema.const !== undefined) return JSON.stringify(schema.const);
  if (Array.isArray(schema.enum)) return schema.enum.map((one) => JSON.stringify(one)).join(" | ");
  if (Array.isArray(schema.prefixItems))
    return `[${schemas(schema.prefixItems)
      .map((one) => schemaText(one, indent))
      .join(", ")}]`;
  if (schema.type === "array") {
    const of = schemaText(schema.items, indent);
    return `${of.includes(" | ") && !of.startsWith("{") ? `(${of})` : of}[]${atMost(schema.maxItems, "items")}`;
  }
  if (schema.type === "object") return objectText(schema, indent);
  return `${String(schema.type ?? "any")}${atMost(schema.maxLength, "characters")}`;
}

function objectText(schema: Schema, indent: string): string {
  if (!isSchema(schema.properties)) return "{ [name]: any }";
  const required = new Set(Array.isArray(schema.required) ? schema.required : []);
  const inner = `${indent}  `;
  const lines = Object.entries(schema.properties).map(([name, one]) => {
    const note = isSchema(one) && typeof one.description === "string" ? `  // ${one.description}` : "";
    return `${inner}${name}${required.has(name) ? "" : "?"}: ${schemaText(one, inner)}${note}`;
  });
  return `{\n${lines.join("\n")}\n${indent}}`;
}

function atMost(limit: unknown, unit: string): string {
  return typeof limit === "number" ? ` (≤ ${limit.toLocaleString("en")} ${unit})` : "";
}
