/** Small checks for what comes over the wire: enough to trust the shape, small enough for the widget. */

export type Json = Readonly<Record<string, unknown>>;

export function isRecord(value: unknown): value is Json {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** The field when it is a string, else undefined. */
export function text(value: unknown, field: string): string | undefined {
  const found = isRecord(value) ? value[field] : undefined;
  return typeof found === "string" ? found : undefined;
}

/** The field when it is a finite number, else undefined. */
export function figure(value: unknown, field: string): number | undefined {
  const found = isRecord(value) ? value[field] : undefined;
  return typeof found === "number" && Number.isFinite(found) ? found : undefined;
}

/** The list under `field`, keeping only what passes; anything else is an empty list. */
export function listOf<T>(value: unknown, field: string, passes: (item: unknown) => item is T): readonly T[] {
  const found = isRecord(value) ? value[field] : undefined;
  return Array.isArray(found) ? found.filter(passes) : [];
}
