import type { RedisLink } from "./redis-link.ts";

/** Remembers which sign-in links were used. Gives false for one that was used before, whichever process took it. */
export function burnTickets(link: RedisLink): (ticket: string, lifetimeSeconds: number) => Promise<boolean> {
  return async (ticket, lifetimeSeconds) => {
    const key = `ticket:${ticket}`;
    return (await link.call(key, "SET", key, "1", "NX", "EX", String(lifetimeSeconds))) === "OK";
  };
}
