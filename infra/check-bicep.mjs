/** Reads main.bicep for the rules that must not be lost, and for brackets that do not meet. It does not compile. */
import { readFileSync } from "node:fs";

const text = readFileSync("infra/azure/main.bicep", "utf8").replace(/^\s*\/\/.*$/gm, "");
const faults = [];
const must = (rule, holds) => {
  if (!holds) faults.push(rule);
};
must("evictionPolicy is NoEviction", /evictionPolicy: 'NoEviction'/.test(text));
must("append-only file is on", /aofEnabled: true/.test(text));
must("the vault is not public", /publicNetworkAccess: 'Disabled'/.test(text));
must("deleted secrets can be had back", /enablePurgeProtection: true/.test(text));
must("everything is in West Europe", /location string = 'westeurope'/.test(text) && !/location: '/.test(text));
must("plain http is refused", /allowInsecure: false/.test(text));
must("two processes at least", /minReplicas: [2-9]/.test(text));
for (const [, name] of text.matchAll(/param (\w*(?:[kK]ey|[sS]ecret|[pP]assword|[tT]oken)\w*) string/g)) {
  must(`param ${name} is marked @secure()`, new RegExp(`@secure\\(\\)[^@]*(@description\\([^)]*\\)\\s*)?param ${name} `).test(text));
}
for (const [, name] of text.matchAll(/^param (\w+) /gm)) {
  must(`param ${name} is used`, text.split(name).length > 2);
}
for (const [open, close] of ["{}", "[]", "()"]) {
  must(`every ${open} is closed`, text.split(open).length === text.split(close).length);
}
for (const fault of faults) console.log(`not so: ${fault}`);
process.exitCode = faults.length === 0 ? 0 : 1;
