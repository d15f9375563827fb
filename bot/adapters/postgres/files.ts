/** Attachments. */
import type { FileRepository, StoredFile } from "../../ports/store.ts";
import type { Runner } from "./database.ts";

/** The log says what was sent: whatever it names stays, even if the answer to that message was lost on the way. */
const REMOVE_UNSENT = `
delete from files f where f.id = any($1::text[]) and not exists (
  select 1 from activities a
   where a.conversation_id = f.conversation_id and a.activity -> 'attachments' @> jsonb_build_array(jsonb_build_object('contentUrl', f.id))
)`;

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

    removeUnsent: (ids) => runner.change(REMOVE_UNSENT, [ids]),

    async get(id) {
      const [file] = await runner.rows<StoredFile>(
        `select id, conversation_id as "conversationId", name, content_type as "contentType", size, bytes from files where id = $1`,
        [id],
      );
      return file;
    },
  };
}
