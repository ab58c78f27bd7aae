import type { Inbound } from "../../../../src/conversation/inbound.ts";
import type { NewOutgoing, Outbox, TurnLog } from "../../../../src/conversation/turn-log.ts";
import { KnownError } from "../../../../src/errors.ts";

/** The parts of the log and the outbox that a channel's door sees, kept in memory, for looking at afterwards. */
export function memoryLog() {
  const accepted = new Map<string, Inbound>();
  const arrived: string[] = [];
  const put: NewOutgoing[] = [];
  let away = false;

  function orFail(): void {
    if (away) throw new KnownError("storage.unavailable", "the store is away");
  }

  const turnLog: Pick<TurnLog, "accept"> = {
    async accept(messages) {
      orFail();
      return messages.map((message) => {
        const key = `${message.person} ${message.id}`;
        if (accepted.has(key)) return false;
        accepted.set(key, message);
        return true;
      });
    },
  };
  const outbox: Pick<Outbox, "arrived" | "put"> = {
    async arrived(person, key) {
      orFail();
      arrived.push(`${person} ${key}`);
    },
    async put(message) {
      orFail();
      if (put.some(({ key }) => key === message.key)) return false;
      put.push(message);
      return true;
    },
  };
  return {
    turnLog,
    outbox,
    arrived,
    put,
    inbounds: () => [...accepted.values()],
    goAway: () => {
      away = true;
    },
    comeBack: () => {
      away = false;
    },
  };
}
