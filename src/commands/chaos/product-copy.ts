import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, dirname, join } from "node:path";
import { loadShipped } from "./shipped.ts";

/** A change to one of the atomic moves: the text to find, which must be there, and what takes its place. */
export interface Patch {
  readonly script: string;
  readonly find: string;
  readonly replace: string;
}

/**
 * Waiting is shortened, so that a run does not last for minutes: the lease of a turn, and, for short runs, the
 * grace in which a status may still tell that a reply arrived. What is decided after the wait stays as it is.
 */
const quick = (graceMilliseconds: number | undefined): readonly Patch[] => [
  { script: "claim-turn", find: "tonumber(ARGV[2])", replace: "3000" },
  { script: "accept", find: "tonumber(ARGV[#ARGV])", replace: "3000" },
  ...(graceMilliseconds === undefined ? [] : shorterGrace(graceMilliseconds)),
];

const shorterGrace = (milliseconds: number): readonly Patch[] => [
  {
    script: "claim-reply",
    find: "tonumber(sending) + tonumber(grace)",
    replace: `tonumber(sending) + ${milliseconds}`,
  },
  {
    script: "settle-reply",
    find: "tonumber(mark[1]) + tonumber(mark[2])",
    replace: `tonumber(mark[1]) + ${milliseconds}`,
  },
];

/** What each thing that keeps promises is good for shows when it is taken away. */
export const controls = {
  /** A message that comes again is taken in again. */
  deduplication: [{ script: "accept", find: '"NX", "PX"', replace: '"PX"' }],
  /** A late commit of someone whose lease is over is not refused. */
  fencing: [
    {
      script: "commit-turn",
      find: 'if redis.call("HGET", KEYS[2], ARGV[1]) ~= ARGV[2] then return "stale" end',
      replace: "",
    },
  ],
  /** A status that tells of an arrival is not learnt from. No process of a storm lives for as long as it should listen. */
  reconciliation: [
    { script: "note-arrival", find: "local key = ARGV[2]", replace: "if true then return 0 end\nlocal key" },
    { script: "claim-reply", find: "tonumber(ARGV[5]) > 0", replace: "false" },
  ],
} as const satisfies Record<string, readonly Patch[]>;
export type Control = keyof typeof controls;

export interface ProductCopy {
  readonly root: string;
  /** What Node is told before the program it starts. */
  readonly flags: readonly string[];
  readonly scriptsDirectory: string;
  readonly remove: () => void;
}

/**
 * Lays out what the image holds in a folder of its own, with other scripts; the product itself has no such switch. An
 * image is given an organisation: here it is the one for trying out.
 */
export async function copyProduct(
  root: string,
  graceMilliseconds: number | undefined,
  without: Control | undefined,
): Promise<ProductCopy> {
  const { copied, args } = (await loadShipped(root)).readContainerfile();
  const copy = mkdtempSync(join(tmpdir(), "naast-chaos-"));
  for (const path of [...copied, "organisation.sample.yaml"]) layOut(join(root, path), join(copy, path));
  const scriptsDirectory = join(copy, "src/storage/scripts");
  for (const change of [...quick(graceMilliseconds), ...(without === undefined ? [] : controls[without])])
    patch(scriptsDirectory, change);
  const remove = () => rmSync(copy, { recursive: true, force: true });
  return { root: copy, flags: args.filter((word) => word.startsWith("--")), scriptsDirectory, remove };
}

/** Packages are linked, because they are many. */
function layOut(from: string, to: string): void {
  mkdirSync(dirname(to), { recursive: true });
  if (basename(from) === "node_modules") symlinkSync(from, to);
  else cpSync(from, to, { recursive: true });
}

function patch(directory: string, { script, find, replace }: Patch): void {
  const path = join(directory, `${script}.lua`);
  const text = readFileSync(path, "utf8");
  if (!text.includes(find)) throw new Error(`${script}.lua no longer says: ${find}`);
  writeFileSync(path, text.replaceAll(find, replace));
}
