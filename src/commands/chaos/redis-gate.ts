import { connect, createServer, type Socket } from "node:net";

/** Stands on the line between one process and its Redis, and can hold back what the process is about to change. */
export interface RedisGate {
  readonly port: number;
  /**
   * Waits until the process sends its next `mark`, and keeps it, and what comes after it on that line, from
   * Redis until `release`. False when none came in time.
   */
  hold(mark: string, withinMilliseconds: number): Promise<boolean>;
  release(): void;
  close(): void;
}

interface Trap {
  readonly mark: string;
  readonly sprung: (held: boolean) => void;
}

/** Opens a gate to the Redis on a port of this machine. */
export function openGate(redisPort: number): Promise<RedisGate> {
  const lines = new Set<Socket>();
  const held: (() => void)[] = [];
  let trap: Trap | undefined;

  function join(process: Socket): void {
    const redis = connect(redisPort, "127.0.0.1");
    lines.add(process);
    const cut = (): void => {
      lines.delete(process);
      process.destroy();
      redis.destroy();
    };
    for (const end of [process, redis]) {
      end.setNoDelay(true);
      end.once("error", cut).once("close", cut);
    }
    redis.on("data", (bytes) => process.write(bytes));
    process.on("data", (bytes) => {
      if (trap === undefined || !bytes.includes(trap.mark)) return void redis.write(bytes);
      process.pause();
      held.push(() => {
        redis.write(bytes);
        process.resume();
      });
      trap.sprung(true);
    });
  }

  const server = createServer(join);
  return new Promise((opened) => {
    server.listen(0, "127.0.0.1", () => {
      const address = server.address();
      opened({
        port: typeof address === "object" && address !== null ? address.port : 0,
        hold: (mark, withinMilliseconds) =>
          new Promise((done) => {
            const giveUp = setTimeout(() => trap?.sprung(false), withinMilliseconds);
            trap = {
              mark,
              sprung(isHeld) {
                clearTimeout(giveUp);
                trap = undefined;
                done(isHeld);
              },
            };
          }),
        release() {
          for (const letGo of held.splice(0)) letGo();
        },
        close() {
          server.close();
          for (const line of lines) line.destroy();
        },
      });
    });
  });
}
