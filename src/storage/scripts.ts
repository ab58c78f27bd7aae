import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";

/** Every atomic move there is: one Lua file each, which says what it takes and gives. */
const scriptNames = [
  "accept",
  "claim-turn",
  "commit-turn",
  "give-back-turn",
  "single-out",
  "release-turns",
  "list-process",
  "bury-message",
  "claim-reply",
  "settle-reply",
  "note-arrival",
  "put-reply",
  "release-reply",
  "keep-transit",
  "forget-person",
  "forget-place",
  "append-activities",
  "fade-activity",
  "open-callback",
  "claim-callback",
  "renew-hold",
  "release-hold",
  "note-attempt",
  "hand-over",
  "close-callback",
  "reopen-callback",
  "withdraw-callback",
  "note-answer",
  "note-undelivered",
  "note-reading",
  "expire-hold",
  "break-promise",
  "forget-callback",
  "add-note",
  "set-timer",
  "claim-timer",
  "end-timer",
  "forget-timers",
] as const;
export type ScriptName = (typeof scriptNames)[number];

export interface Script {
  readonly name: ScriptName;
  readonly text: string;
  readonly sha: string;
}
export type Scripts = Readonly<Record<ScriptName, Script>>;

/** Reads the Lua files of a directory. */
export function readScripts(directory: string): Scripts {
  const entries = scriptNames.map((name) => {
    const text = readFileSync(join(directory, `${name}.lua`), "utf8");
    return [name, { name, text, sha: createHash("sha1").update(text).digest("hex") }];
  });
  return Object.fromEntries(entries) as Scripts;
}
