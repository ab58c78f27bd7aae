import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import express, { type RequestHandler } from "express";
import { openRedis } from "../../../src/storage/open-redis.ts";
import { openStorage, type Storage } from "../../../src/storage/open-storage.ts";
import { keptLog } from "../../support/log.ts";
import type { TestRedis } from "../../support/redis.ts";
import { keyring } from "../../support/samples.ts";

/** A module of the product, loosely typed: a copy of it is compiled while the test runs. */
// biome-ignore lint/suspicious/noExplicitAny: what a variant exports is only known when it runs
export type Loose = Record<string, any>;

export interface Control {
  /** The row of the table in SECURITY.md. */
  readonly row: number;
  readonly threat: string;
  readonly file: string;
  /** What is taken out, and what stands there instead. */
  readonly without: readonly [string, string];
  /** True while the control holds. */
  readonly holds: (made: Loose, bench: Bench) => boolean | Promise<boolean>;
  /** Other modules that the check needs, from the same build. */
  readonly also?: readonly string[];
}

/** What the checks of stored things run on. */
export interface Bench {
  readonly redis: TestRedis;
  /** A folder of its own for each check. */
  readonly folder: string;
  /** The scripts of Redis, with the control or without it. */
  readonly scripts: string;
  /** What the file says, for checks of files that are not code. */
  readonly text: string;
}

export const key = (fill: number): string => Buffer.alloc(32, fill).toString("base64");

export const request = (headers: Record<string, string>, more: object = {}) => ({
  get: (name: string) => headers[name.toLowerCase()],
  protocol: "http",
  ...more,
});

export function throws(act: () => unknown): boolean {
  try {
    act();
    return false;
  } catch {
    return true;
  }
}

export function rejects(act: Promise<unknown>): Promise<boolean> {
  return act.then(
    () => false,
    () => true,
  );
}

/** Serves a handler for one request. */
export async function asked(
  handler: RequestHandler,
  path: string,
  init: RequestInit = {},
): Promise<Response> {
  const server = createServer(express().use(handler));
  await new Promise<void>((ready) => server.listen(0, "127.0.0.1", ready));
  try {
    return await fetch(`http://127.0.0.1:${(server.address() as AddressInfo).port}${path}`, init);
  } finally {
    server.closeAllConnections();
    server.close();
  }
}

/** Opens all stores on the bench's Redis, with its scripts, for one check. */
export async function withStorage<Result>(
  { redis: server, folder, scripts }: Bench,
  use: (storage: Storage, call: (...command: string[]) => Promise<unknown>) => Promise<Result>,
): Promise<Result> {
  const log = keptLog();
  const places = { url: server.url, dataDirectory: folder, scriptsDirectory: scripts };
  const redis = await openRedis(places, log);
  const storage = openStorage({ redis, dataDirectory: folder, keyring, log });
  try {
    return await use(storage, (...command) => redis.link.call("a", ...command));
  } finally {
    await storage.close();
  }
}
