import type { CallbackNote, CallbackNotes, RuleVerdict } from "../escalation/callback-notes.ts";
import { retention } from "../privacy/retention.ts";
import type { Sealer } from "../privacy/seal.ts";
import type { CallbackId } from "../terms.ts";
import { callbackKeys } from "./keys.ts";
import type { RedisLink } from "./redis-link.ts";

/** More than any callback needs; keeps one list from growing without end. */
const most = 200;

type Kept = ({ readonly kind: "note" } & CallbackNote) | ({ readonly kind: "verdict" } & RuleVerdict);

/** Nurses' notes beside a callback, sealed, in Redis; kept for 30 days after the last one. */
export function redisCallbackNotes(link: RedisLink, sealer: Sealer): CallbackNotes {
  const context = (id: CallbackId) => ({ context: `note:${id}` });

  async function keep(id: CallbackId, kept: Kept): Promise<void> {
    const sealed = sealer.seal(JSON.stringify(kept), context(id));
    await link.run("add-note", [callbackKeys.notes(id)], [id, sealed, retention.closedCallback, most]);
  }

  return {
    add: (id, note) => keep(id, { kind: "note", ...note }),
    judge: (id, verdict) => keep(id, { kind: "verdict", ...verdict }),
    async of(id) {
      const key = callbackKeys.notes(id);
      const lines = (await link.call(key, "LRANGE", key, "0", "-1")) as readonly string[];
      const all = lines.map((line) => JSON.parse(sealer.open(line, context(id))) as Kept);
      return {
        notes: all.filter((one) => one.kind === "note"),
        verdicts: all.filter((one) => one.kind === "verdict"),
      };
    },
  };
}
