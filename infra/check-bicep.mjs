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
must("everything is in West Europe", /location string = 'westeurope'/.test(text) && !/location: '(?!global)/.test(text));
must("Redis is not public", text.match(/publicNetworkAccess: 'Disabled'/g)?.length === 2);
must("the share is for one network", /defaultAction: 'Deny'/.test(text));
must("what must stay is on a share", /mountPath: '\/data'/.test(text) && /storageType: 'NfsAzureFile'/.test(text));
must("secrets of persons are on a share of their own", /mountPath: '\/persons'/.test(text) && /name: 'PERSON_KEYS_DIR', value: '\/persons'/.test(text));
must("plain http is refused", /allowInsecure: false/.test(text));
must("two processes at least", /minReplicas: [2-9]/.test(text));
for (const [, name] of text.matchAll(/param (\w*(?:[kK]ey|[sS]ecret|[pP]assword|[tT]oken)\w*) string/g)) {
  must(`param ${name} is marked @secure()`, new RegExp(`@secure\\(\\)[^@]*(@description\\([^)]*\\)\\s*)?param ${name} `).test(text));
}
for (const [, name] of text.matchAll(/^param (\w+) /gm)) {
  must(`param ${name} is used`, text.split(name).length > 2);
}
const known = new Set([...readFileSync(".env.example", "utf8").matchAll(/^([A-Z_]+)=/gm)].map(([, name]) => name));
const set = [...text.matchAll(/\{ name: '([A-Z_]+)'/g)].map(([, name]) => name);
for (const name of set) must(`${name} is a variable of Naast`, known.has(name));
for (const name of ["PUBLIC_URL", "REDIS_URL", "DATA_KEYS", "DATA_DIR", "ORGANISATION_FILE", "TRUST_PROXY", "OIDC_ISSUER", "OIDC_CLIENT_ID", "OIDC_CLIENT_SECRET"]) {
  must(`${name} is set`, set.includes(name));
}
for (const [, name] of text.matchAll(/secretRef: '([\w-]+)'/g)) {
  must(`secret ${name} is there`, text.includes(`{ name: '${name}', value:`));
}
for (const [open, close] of ["{}", "[]", "()"]) {
  must(`every ${open} is closed`, text.split(open).length === text.split(close).length);
}
for (const fault of faults) console.log(`not so: ${fault}`);
process.exitCode = faults.length === 0 ? 0 : 1;
