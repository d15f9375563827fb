/** What kind of file it really is, and how it is served back: never as something a browser would run. */
import type { FastifyReply } from "fastify";
import type { StoredFile } from "../../ports/channel.ts";
import { wellFormed } from "./activity-in.ts";

/** Bytes. */
export const MAX_FILE_BYTES = 10 * 1024 * 1024;
export const MAX_FILES = 5;

const SIGNATURES: readonly { readonly type: string; readonly at: number; readonly bytes: string }[] = [
  { type: "image/png", at: 0, bytes: "\x89PNG\r\n\x1a\n" },
  { type: "image/jpeg", at: 0, bytes: "\xff\xd8\xff" },
  { type: "image/gif", at: 0, bytes: "GIF87a" },
  { type: "image/gif", at: 0, bytes: "GIF89a" },
  { type: "application/pdf", at: 0, bytes: "%PDF-" },
];

/**
 * The content type by the bytes; the client's word counts only for plain text, which has no signature.
 * @returns undefined for everything that is not PNG, JPEG, GIF, WebP, PDF or plain text (UTF-8 or GB 18030).
 */
export function detectType(bytes: Uint8Array, declared: string): string | undefined {
  const head = Buffer.from(bytes.buffer, bytes.byteOffset, Math.min(bytes.byteLength, 16)).toString("latin1");
  for (const signature of SIGNATURES) {
    if (head.startsWith(signature.bytes, signature.at)) return signature.type;
  }
  if (head.startsWith("RIFF") && head.slice(8, 12) === "WEBP") return "image/webp";
  if (!/^text\/plain\b/i.test(declared) || bytes.some((byte) => byte < 0x20 && byte !== 0x09 && byte !== 0x0a && byte !== 0x0d))
    return undefined;
  return ["utf-8", "gb18030"].filter((charset) => decodes(bytes, charset)).map((charset) => `text/plain; charset=${charset}`)[0];
}

function decodes(bytes: Uint8Array, charset: string): boolean {
  try {
    new TextDecoder(charset, { fatal: true }).decode(bytes);
    return true;
  } catch {
    return false;
  }
}

/** A file name fit to be shown and sent in a header: last path segment, no control characters, at most 120 characters. */
export function cleanName(name: string): string {
  const last = wellFormed(name).split(/[\\/]/).at(-1) ?? "";
  const clean = [...last]
    .filter((char) => !/\p{Cc}|\p{Cf}|\p{Zl}|\p{Zp}/u.test(char))
    .join("")
    .trim();
  return [...clean].slice(-120).join("") || "file";
}

/** Sends a kept file so that it can be looked at but not run: nosniff, sandbox, and a download for what is not an image. */
export function sendFile(reply: FastifyReply, file: StoredFile): FastifyReply {
  const encoded = encodeURIComponent(file.name).replace(/['()*]/g, (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`);
  const disposition = file.contentType.startsWith("image/") ? "inline" : "attachment";
  return reply
    .header("content-type", file.contentType)
    .header("x-content-type-options", "nosniff")
    .header("content-security-policy", "sandbox; default-src 'none'")
    .header("cross-origin-resource-policy", "cross-origin")
    .header("content-disposition", `${disposition}; filename*=UTF-8''${encoded}`)
    .header("cache-control", "private, max-age=3600")
    .send(Buffer.from(file.bytes.buffer, file.bytes.byteOffset, file.bytes.byteLength));
}
