import type { Failure } from "../../../../src/conversation/bring-back.ts";
import type { Inbound } from "../../../../src/conversation/inbound.ts";
import type { Transit } from "../../../../src/conversation/transit.ts";
import type { NewOutgoing, Outbox, TurnLog } from "../../../../src/conversation/turn-log.ts";
import { KnownError } from "../../../../src/errors.ts";

/** The parts of the log and the outbox that a channel's door sees, kept in memory, for looking at afterwards. */
export function memoryLog() {
  const accepted = new Map<string, Inbound>();
  const arrived: string[] = [];
  const transit = memoryTransit(orFail);
  const back: (readonly [key: string, failure: Failure])[] = [];
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
  const outbox: Pick<Outbox, "arrived"> = {
    async arrived(person, key) {
      orFail();
      arrived.push(`${person} ${key}`);
    },
  };
  async function bringBack({ key }: NewOutgoing, failure: Failure): Promise<void> {
    orFail();
    back.push([key, failure]);
  }
  return {
    turnLog,
    outbox,
    arrived,
    transit,
    bringBack,
    /** What did not get there and was handed back, with why. */
    back,
    inbounds: () => [...accepted.values()],
    goAway: () => {
      away = true;
    },
    comeBack: () => {
      away = false;
    },
  };
}

/** What is on its way, kept in memory. */
function memoryTransit(orFail: () => void = () => {}): Transit {
  const kept = new Map<string, NewOutgoing>();
  return {
    async keep(outgoing) {
      orFail();
      kept.set(`${outgoing.person} ${outgoing.key}`, outgoing);
    },
    async find(person, key) {
      orFail();
      return kept.get(`${person} ${key}`);
    },
    async drop(person, key) {
      orFail();
      kept.delete(`${person} ${key}`);
    },
  };
}
