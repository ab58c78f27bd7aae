import { KnownError } from "../errors.ts";
import { fitting, type Waiting, worksFor } from "../escalation/best-fit.ts";
import { type Callback, type CallbackRequest, type Lane, lanes, type Nurse } from "../escalation/callback.ts";
import type {
  CallbackQueue,
  Change,
  Held,
  Hold,
  Opened,
  ParentAnswer,
  Selection,
} from "../escalation/callback-queue.ts";
import { laneScore, raiseLane } from "../escalation/lane-score.ts";
import type { Pseudonyms } from "../privacy/pseudonym.ts";
import { retention } from "../privacy/retention.ts";
import type { CallbackId, Language, Log, PersonId } from "../terms.ts";
import { callbackReader, readMember, writeMember } from "./callback-reader.ts";
import { callbackKeys, signals } from "./keys.ts";
import type { RedisLink } from "./redis-link.ts";
import type { Sealed } from "./sealed.ts";

export interface CallbackQueueParts {
  readonly link: RedisLink;
  readonly sealed: Sealed;
  readonly names: Pseudonyms;
  readonly log: Log;
  readonly durable: (key: string) => Promise<void>;
  readonly leaseMilliseconds: number;
}

const keys = callbackKeys;
const listedAtMost = 500;
/** How often a request runs after a holder that changes under its hands. */
const openTries = 5;

/** Who waits for a nurse, in Redis: all keys in one slot, one script for each move. */
export function redisCallbackQueue(parts: CallbackQueueParts): CallbackQueue {
  const { link, sealed, names, durable } = parts;
  const { call, read, readListed, holderOf, personOf, idsOf, pieces, askingFor } = callbackReader(parts);

  async function openFor(
    id: CallbackId,
    request: CallbackRequest,
    holder: CallbackId,
  ): Promise<Opened | CallbackId> {
    const phone = request.phone === null ? "" : names.phone(request.phone);
    const [kind, found] = (await link.run(
      "open-callback",
      [
        keys.alias(id),
        keys.of(request.person),
        keys.callback(holder),
        keys.history(holder),
        keys.open,
        keys.waiting,
        keys.promises,
        phone === "" ? keys.alias(id) : keys.phone(phone),
        request.preferredNurse === null
          ? keys.alias(id)
          : keys.askingFor(names.staff(request.preferredNurse)),
      ],
      [
        id,
        holder,
        request.person,
        sealed.request.write(request),
        request.region,
        writeMember(id, request),
        request.lane,
        lanes.indexOf(request.lane),
        laneScore(request.lane, 0),
        request.requestedAt,
        request.promisedAt,
        retention.requestSeen,
        phone,
        retention.samePhone,
        request.preferredNurse === null ? "" : "asked",
      ],
    )) as [Opened["kind"] | "other", CallbackId];
    return kind === "other" ? found : { kind, id: found };
  }

  async function claimOne(id: CallbackId, nurse: Nurse, how: "named" | "fit"): Promise<Held | Refused> {
    const [kind, token] = (await link.run(
      "claim-callback",
      [keys.callback(id), keys.history(id), keys.waiting, keys.holds],
      [id, nurse.id, nurse.name, parts.leaseMilliseconds, how],
    )) as ["claimed", number] | [Refused];
    if (kind !== "claimed") return kind;
    const callback = await read(id);
    return callback === undefined
      ? "missing"
      : { callback, hold: { id, nurse: nurse.id, token: String(token) } };
  }

  async function claimById(nurse: Nurse, id: CallbackId): Promise<Held> {
    const holder = (await holderOf(id)) ?? id;
    const region = (await call("HGET", keys.callback(holder), "region")) as string | null;
    const held =
      region !== null && worksFor(nurse.regions, region) ? await claimOne(holder, nurse, "named") : "missing";
    if (held === "missing") throw notFound(id);
    if (typeof held === "string") {
      throw new KnownError(
        "escalation.already-claimed",
        "another nurse holds this callback, or it is closed",
        { id },
      );
    }
    return held;
  }

  async function claimBest(
    nurse: Nurse,
    languages: readonly Language[] | undefined,
  ): Promise<Held | undefined> {
    const hers = await claimFirst(nurse, fitting(await askingFor(nurse.id), nurse, languages));
    if (hers !== undefined) return hers;
    const askForOthers: Waiting<CallbackId>[] = [];
    for await (const part of pieces(keys.waiting)) {
      const fit = fitting(part, nurse, languages);
      askForOthers.push(...fit.filter(({ preferredNurse }) => preferredNurse !== null));
      const anybodys = fit.filter(({ preferredNurse }) => preferredNurse === null);
      const held = await claimFirst(nurse, anybodys);
      if (held !== undefined) return held;
    }
    return await claimFirst(nurse, askForOthers);
  }

  async function claimFirst(
    nurse: Nurse,
    waiting: readonly Waiting<CallbackId>[],
  ): Promise<Held | undefined> {
    for (const { id } of waiting) {
      const held = await claimOne(id, nurse, "fit");
      if (typeof held !== "string") return held;
    }
    return undefined;
  }

  async function moveHeld(
    name: "renew-hold" | "release-hold" | "note-attempt" | "hand-over" | "close-callback",
    hold: Hold,
    moved: readonly string[],
    values: readonly (string | number)[],
  ): Promise<unknown> {
    const found = await link.run(
      name,
      [keys.callback(hold.id), keys.history(hold.id), ...moved],
      [hold.id, hold.token, hold.nurse, ...values],
    );
    if (found === null) {
      throw new KnownError("escalation.not-holder", "this nurse no longer holds the callback", {
        id: hold.id,
      });
    }
    return found;
  }

  async function breach(id: CallbackId, now: number): Promise<Callback | undefined> {
    let lane = ((await call("HGET", keys.callback(id), "lane")) ?? "today") as Lane;
    for (let tries = 0; tries < openTries; tries += 1) {
      const raised = raiseLane(lane);
      const found = await link.run(
        "break-promise",
        [keys.callback(id), keys.history(id), keys.open, keys.waiting, keys.promises],
        [id, now, lane, raised, lanes.indexOf(raised), laneScore(raised, 0)],
      );
      if (found === 1) return await read(id);
      if (found === 0) return undefined;
      lane = found as Lane;
    }
    return undefined;
  }

  async function noteAnswer(
    id: CallbackId,
    person: PersonId,
    { key, answer, again }: ParentAnswer,
  ): Promise<["noted" | "again" | "missing"] | ["other", CallbackId]> {
    return (await link.run("note-answer", backKeys(id, person), [
      id,
      key,
      answer,
      again === null ? "" : "again",
      again?.promisedAt ?? "",
      "today",
      lanes.indexOf("today"),
      laneScore("today", 0),
    ])) as ["noted" | "again" | "missing"] | ["other", CallbackId];
  }

  /** Those of a callback that comes back into the queue. */
  const backKeys = (id: CallbackId, person: PersonId): readonly string[] => [
    keys.callback(id),
    keys.history(id),
    keys.of(person),
    keys.open,
    keys.waiting,
    keys.promises,
    keys.closed,
  ];

  const endKeys = (id: CallbackId, person: PersonId): readonly string[] => [
    keys.callback(id),
    keys.history(id),
    keys.of(person),
    keys.open,
    keys.waiting,
    keys.holds,
    keys.promises,
    keys.closed,
  ];

  return {
    async open(id, request) {
      let holder = ((await call("HGET", keys.of(request.person), "open")) as CallbackId | null) ?? id;
      for (let tries = 0; tries < openTries; tries += 1) {
        const opened = await openFor(id, request, holder);
        if (typeof opened !== "string") {
          await durable(keys.open);
          return opened;
        }
        holder = opened;
      }
      throw new KnownError("storage.unavailable", "the callback of this person keeps changing", { id });
    },

    async list({ regions, part, limit = listedAtMost }: Selection) {
      const hers: Waiting<CallbackId>[] = [];
      for await (const some of pieces(part === "open" ? keys.open : keys.closed, part === "closed")) {
        hers.push(...some.filter(({ region }) => worksFor(regions, region)));
        if (hers.length >= limit) break;
      }
      const callbacks = await Promise.all(hers.slice(0, limit).map(({ id }) => readListed(id)));
      return callbacks.filter((callback) => callback !== undefined);
    },

    async find(id) {
      return await read((await holderOf(id)) ?? id);
    },

    async findOf(person) {
      const callbacks = await Promise.all((await idsOf(person)).map(read));
      return callbacks
        .filter((callback) => callback !== undefined)
        .toSorted(
          (one, other) =>
            (other.closedAt ?? Number.POSITIVE_INFINITY) - (one.closedAt ?? Number.POSITIVE_INFINITY),
        );
    },

    async load(region, lane, now) {
      const till = String(laneScore(lane, now));
      if (region === "all") {
        const [open, ahead] = await Promise.all([
          call("ZCARD", keys.open),
          call("ZCOUNT", keys.open, "-inf", till),
        ]);
        return { open: Number(open), ahead: Number(ahead) };
      }
      const upTo = async (score: string): Promise<number> =>
        ((await call("ZRANGEBYSCORE", keys.open, "-inf", score)) as string[]).filter(
          (member) => readMember(member).region === region,
        ).length;
      return { open: await upTo("+inf"), ahead: await upTo(till) };
    },

    claim: (nurse, wish = {}) =>
      wish.id === undefined ? claimBest(nurse, wish.languages) : claimById(nurse, wish.id),

    async renew(hold) {
      return Number(await moveHeld("renew-hold", hold, [keys.holds], [parts.leaseMilliseconds]));
    },

    async release(hold, notBefore) {
      await moveHeld("release-hold", hold, [keys.waiting, keys.holds], [notBefore ?? ""]);
    },

    async attempt(hold, result) {
      await moveHeld("note-attempt", hold, [keys.promises], [result]);
    },

    async handover(hold, to) {
      const values = [to.id, to.name, parts.leaseMilliseconds];
      const [token] = (await moveHeld("hand-over", hold, [keys.holds], values)) as [number];
      const callback = await read(hold.id);
      if (callback === undefined) throw notFound(hold.id);
      return { callback, hold: { id: hold.id, nurse: to.id, token: String(token) } };
    },

    async close(hold, { outcome, parentInformed }) {
      if (!parentInformed) {
        throw new KnownError("escalation.outcome-missing", "a callback ends with the parent informed", {
          id: hold.id,
        });
      }
      const person = await personOf(hold.id);
      if (person === undefined) throw notFound(hold.id);
      await moveHeld("close-callback", hold, endKeys(hold.id, person).slice(2), [
        outcome,
        retention.closedCallback,
      ]);
      await durable(keys.open);
    },

    async reopen(id, nurse) {
      const person = await personOf(id);
      if (person === undefined) throw notFound(id);
      const back = await link.run("reopen-callback", backKeys(id, person), [
        id,
        nurse.id,
        retention.reopening,
      ]);
      if (back !== 1) throw notFound(id);
      await durable(keys.open);
    },

    async withdraw(id) {
      const holder = (await holderOf(id)) ?? id;
      const person = await personOf(holder);
      if (person === undefined) return false;
      const done = await link.run("withdraw-callback", endKeys(holder, person), [
        holder,
        retention.closedCallback,
      ]);
      await durable(keys.open);
      return done === 1;
    },

    async answer(id, answer) {
      let about = (await holderOf(id)) ?? id;
      for (let tries = 0; tries < openTries; tries += 1) {
        const person = await personOf(about);
        if (person === undefined) return false;
        const [kind, other] = await noteAnswer(about, person, answer);
        if (kind === "other") about = other;
        else {
          await durable(keys.open);
          return kind !== "missing";
        }
      }
      throw new KnownError("storage.unavailable", "the callback of this person keeps changing", { id });
    },

    async undelivered(id, key, became) {
      const about = (await holderOf(id)) ?? id;
      await link.run("note-undelivered", [keys.callback(about), keys.history(about)], [about, key, became]);
    },

    async forget(person) {
      const found = await Promise.all(
        (await idsOf(person)).map(async (id) => {
          await call("DEL", keys.notes(id));
          return await link.run("forget-callback", endKeys(id, person), [id]);
        }),
      );
      return found.filter((was) => was !== "missing").length;
    },

    async tick(now) {
      const [seconds = "0"] = (await call("TIME")) as string[];
      const redisNow = String((Number(seconds) + 1) * 1_000);
      const lapsed = (await call("ZRANGEBYSCORE", keys.holds, "-inf", redisNow)) as CallbackId[];
      const broken = (await call("ZRANGEBYSCORE", keys.promises, "-inf", String(now))) as CallbackId[];
      const returned = await Promise.all(
        lapsed.map((id) =>
          link.run("expire-hold", [keys.callback(id), keys.history(id), keys.waiting, keys.holds], [id]),
        ),
      );
      const breached = await Promise.all(broken.map((id) => breach(id, now)));
      return {
        expired: lapsed.filter((_, at) => returned[at] === 1),
        breached: breached.filter((callback) => callback !== undefined),
      };
    },

    async changes(hear) {
      return await link.subscribe(signals.callbacks, (message) => hear(JSON.parse(message) as Change));
    },
  };
}

/** Why a callback cannot be given. Only a best fit minds a pause: who names a callback has a reason. */
type Refused = "missing" | "closed" | "held" | "paused";

function notFound(id: CallbackId): KnownError {
  return new KnownError("escalation.not-found", "there is no such callback here", { id });
}
