/** `POST …/upload`: one `activity` part (a file part of its own media type, as Direct Line clients send it) and the files themselves. */
import type { FastifyRequest } from "fastify";
import { Problem } from "../../errors.ts";
import type { Inbox, Incoming } from "../../ports/channel.ts";
import { type IncomingFile, readActivity } from "./activity-in.ts";
import { cleanName, detectType, MAX_FILE_BYTES, MAX_FILES } from "./files.ts";

const ACTIVITY_TYPE = "application/vnd.microsoft.activity";
const MAX_ACTIVITY_BYTES = 256 * 1024;

/** For `@fastify/multipart`. */
export const MULTIPART_LIMITS = {
  fileSize: MAX_FILE_BYTES,
  files: MAX_FILES + 1,
  fields: 5,
  fieldSize: MAX_ACTIVITY_BYTES,
  parts: MAX_FILES + 6,
  headerPairs: 50,
};

/**
 * Takes an upload whole or not at all: what was kept of one that is refused half-way, or that is a repeat, is removed again.
 * @throws what `readUpload` and `Inbox.receive` throw.
 */
export async function receiveUpload(request: FastifyRequest, inbox: Inbox, conversationId: string): Promise<{ id: string }> {
  const kept: string[] = [];
  try {
    const incoming = await readUpload(request, inbox, conversationId, kept);
    const { id, repeated } = await inbox.receive(conversationId, incoming);
    if (repeated) await inbox.dropFiles(kept);
    return { id };
  } catch (error) {
    // The refusal is what the client has to hear, whatever becomes of the tidying up.
    await inbox.dropFiles(kept).catch(() => {});
    throw error;
  }
}

/**
 * Reads the parts one after the other, so that one file at most is in memory, and keeps each as it has proved to be of a kind we take.
 * @param kept ids of the files kept so far, added to as they are
 * @throws Problem `media_type_unsupported`, `body_too_large`, `json_invalid`, and what `readActivity` throws.
 */
async function readUpload(request: FastifyRequest, inbox: Inbox, conversationId: string, kept: string[]): Promise<Incoming> {
  if (!request.isMultipart()) throw new Problem("media_type_unsupported", "An upload is multipart/form-data.");
  let body: unknown = { type: "message" };
  const files: IncomingFile[] = [];
  for await (const part of request.parts()) {
    if (part.type === "field") {
      if (part.fieldname === "activity") body = parseActivity(String(part.value), part.valueTruncated);
      continue;
    }
    const bytes = await part.toBuffer();
    if (part.fieldname === "activity" || part.mimetype === ACTIVITY_TYPE) {
      body = parseActivity(bytes.toString("utf8"), bytes.byteLength > MAX_ACTIVITY_BYTES);
      // Known to be wrong before any file is kept.
      readActivity(body, [{ fileId: "none", name: "none", contentType: "none", size: 0 }]);
      continue;
    }
    if (files.length === MAX_FILES) throw new Problem("body_too_large", `At most ${MAX_FILES} files at once.`);
    const file = await keep(inbox, conversationId, { name: cleanName(part.filename), declared: part.mimetype, bytes });
    kept.push(file.fileId);
    files.push(file);
  }
  return readActivity(body, files);
}

function parseActivity(json: string, tooLarge: boolean): unknown {
  if (tooLarge) throw new Problem("body_too_large");
  try {
    return JSON.parse(json);
  } catch {
    throw new Problem("json_invalid", "The part `activity` is not JSON.");
  }
}

async function keep(inbox: Inbox, conversationId: string, file: { name: string; declared: string; bytes: Buffer }): Promise<IncomingFile> {
  const { name, declared, bytes } = file;
  if (bytes.byteLength === 0) throw new Problem("bad_request", undefined, [{ field: "file", message: "The file is empty." }]);
  const contentType = detectType(bytes, declared);
  if (contentType === undefined) throw new Problem("media_type_unsupported");
  const fileId = await inbox.saveFile({ conversationId, name, contentType, size: bytes.byteLength, bytes });
  return { fileId, name, contentType, size: bytes.byteLength };
}
