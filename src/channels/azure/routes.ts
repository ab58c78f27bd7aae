import express, { type Request, type Response, type Router } from "express";
import type { Inbound } from "../../conversation/inbound.ts";
import type { TurnLog } from "../../conversation/turn-log.ts";
import { type ErrorCode, errorCodes, KnownError } from "../../errors.ts";
import type { Clock, Log, PersonId } from "../../terms.ts";
import type { ChannelCount } from "../channel-count.ts";
import { readBody } from "../read-body.ts";
import { readJson } from "../read-json.ts";
import { type AzureConnector, isBearer } from "./connector.ts";
import { readActivity, readWireActivity, type WireActivity } from "./read-activity.ts";

/** What stands behind the door of Azure Bot Service. */
export interface AzureDoor {
  /** Undefined while the organisation does not use it: the door then says so. */
  readonly connector: AzureConnector | undefined;
  readonly turnLog: Pick<TurnLog, "accept">;
  /** Turns a name on this channel into one that says nothing. */
  readonly pseudonym: (name: string) => PersonId;
  readonly clock: Clock;
  readonly log: Log;
  readonly metrics: ChannelCount;
  /** Shows the cards of danger signs in messages that could not be stored. Never throws. */
  readonly withoutStorage?: (messages: readonly Inbound[]) => Promise<void>;
}

const path = "/api/messages";
/** Microsoft's own limit for an activity. */
const largestBytes = 256 * 1024;

/**
 * The door of Azure Bot Service: proves with its SDK that Microsoft sent an activity, and takes it in.
 *
 * Nothing is taken in, counted as a person's or answered before the token holds for this very channel and
 * address. Replies leave by the outbox like everyone's.
 */
export function azureRoutes(door: AzureDoor): Router {
  const router = express.Router();
  const { connector } = door;
  if (connector === undefined)
    router.all(path, (_request, response) => refuse(response, "channel.not-configured", door));
  else router.post(path, (request, response) => takeIn(request, response, connector, door));
  return router;
}

async function takeIn(
  request: Request,
  response: Response,
  connector: AzureConnector,
  door: AzureDoor,
): Promise<void> {
  const authorization = request.get("authorization");
  if (!isBearer(authorization)) return refuse(response, "channel.unauthorized", door);
  if (Number(request.get("content-length")) > largestBytes)
    return refuse(response, "channel.payload-too-large", door);
  const bytes = await readBody(request, largestBytes);
  if (bytes === undefined) {
    response.set("connection", "close").once("finish", () => request.destroy());
    return refuse(response, "channel.payload-too-large", door);
  }
  const activity = readWireActivity(readJson(bytes));
  if (activity === undefined) return refuse(response, "channel.payload-unreadable", door);
  try {
    await connector.authenticate(activity, authorization);
    await accept(activity, door);
    response.status(200).end();
  } catch (error) {
    refuse(response, codeOf(error, door), door);
  }
}

async function accept(activity: WireActivity, door: AzureDoor): Promise<void> {
  const inbound = readActivity(activity, door.pseudonym, door.clock());
  door.metrics.count("activity", inbound?.kind ?? "left");
  if (inbound === undefined) return;
  try {
    await door.turnLog.accept([inbound]);
  } catch (failure) {
    if (failure instanceof KnownError && failure.retryable) void door.withoutStorage?.([inbound]);
    throw failure;
  }
}

function codeOf(error: unknown, { log }: AzureDoor): ErrorCode {
  const code = error instanceof KnownError ? error.code : "storage.unavailable";
  if (errorCodes[code].status >= 500)
    log.error({ channel: "azure", code }, "an activity could not be taken in");
  return code;
}

function refuse(response: Response, code: ErrorCode, { metrics }: AzureDoor): void {
  metrics.count("activity", code);
  if (!response.headersSent) response.status(errorCodes[code].status).json({ code });
}
