/** Asks a server started with redis.conf whether it keeps what it acknowledges. */
import { createClient } from "redis";

const client = createClient({ socket: { path: process.argv[2] } });
await client.connect();
const info = await client.info();
const said = new Map(info.split("\r\n").map((line) => line.split(":")));
const wanted = { maxmemory_policy: "noeviction", aof_enabled: "1" };
const fsync = await client.configGet("appendfsync");
await client.close();
const wrong = Object.entries(wanted).filter(([name, value]) => said.get(name) !== value);
if (fsync.appendfsync !== "always") wrong.push(["appendfsync", fsync.appendfsync]);
for (const [name, value] of wrong) console.log(`${name} is not ${value}`);
process.exitCode = wrong.length === 0 ? 0 : 1;
