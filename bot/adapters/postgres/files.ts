/** Attachments. */
import type { FileRepository, StoredFile } from "../../ports/store.ts";
import type { Runner } from "./database.ts";

export function fileRepository(runner: Runner): FileRepository {
  return {
    async put({ id, conversationId, name, contentType, size, bytes }) {
      await runner.change("insert into files (id, conversation_id, name, content_type, size, bytes) values ($1, $2, $3, $4, $5, $6)", [
        id,
        conversationId,
        name,
        contentType,
        size,
        Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength),
      ]);
    },

    async get(id) {
      const [file] = await runner.rows<StoredFile>(
        `select id, conversation_id as "conversationId", name, content_type as "contentType", size, bytes from files where id = $1`,
        [id],
      );
      return file;
    },
  };
}
