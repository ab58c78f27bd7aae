import { type ChildProcess, spawn, spawnSync } from "node:child_process";

/** Runs a program of ours for a figure; on one core alone where this machine can tell it to. */
export function startChild(program: string, args: readonly string[], onOneCore = false): ChildProcess {
  const command = [process.execPath, program, ...args];
  const [first = "", ...rest] = onOneCore && canPin ? ["taskset", "-c", "0", ...command] : command;
  return spawn(first, rest, { stdio: ["ignore", "pipe", "inherit"] });
}

/** The first number that it prints. */
export async function firstNumber({ stdout }: ChildProcess): Promise<number> {
  for await (const bytes of stdout ?? []) return Number(String(bytes));
  throw new Error("it ended without a figure");
}

const canPin = spawnSync("taskset", ["-V"], { stdio: "ignore" }).status === 0;
