import type { Inbound } from "../../../src/conversation/inbound.ts";
import { keptLog } from "../../support/log.ts";

/** What stands behind Meta's door, as far as a check needs it. */
export function standIn() {
  const taken: Inbound[] = [];
  const counted: string[] = [];
  return {
    taken,
    counted,
    config: { verifyToken: "verify", appSecrets: ["secret-1"], phoneNumberId: "1" },
    turnLog: {
      accept: async (messages: readonly Inbound[]) => {
        taken.push(...messages);
        return messages.map(() => true);
      },
    },
    outbox: { arrived: async () => undefined },
    pseudonym: (name: string) => `P-${name.length}`,
    clock: Date.now,
    log: keptLog(),
    metrics: { count: (_: string, by: string) => void counted.push(by) },
  };
}
