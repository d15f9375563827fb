/** Which files the desk takes; the server has the last word. */

const KINDS = ["image/png", "image/jpeg", "image/webp", "image/gif", "application/pdf", "text/plain"];
const MOST_BYTES = 10 * 1024 * 1024;

export const ACCEPT = KINDS.join(",");

/** The word for what is wrong with it, or undefined. */
export function fileFault(file: { readonly type: string; readonly size: number }): "fileKind" | "fileTooBig" | undefined {
  if (!KINDS.includes(file.type)) return "fileKind";
  return file.size > MOST_BYTES ? "fileTooBig" : undefined;
}

/** Asks for files with the system's own dialog. */
export function pickFiles(onFiles: (files: Iterable<File>) => void): void {
  const input = document.createElement("input");
  input.type = "file";
  input.multiple = true;
  input.accept = ACCEPT;
  input.onchange = () => onFiles(input.files ?? []);
  input.click();
}
