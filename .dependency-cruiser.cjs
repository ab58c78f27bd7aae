/** Which room may know which. Read each line as "NAME may import ...". `ARCHITECTURE.md` draws the same table. */
const may = {
  dialog: [],
  understanding: [],
  language: [],
  privacy: [],
  escalation: [],
  operations: [],
  conversation: ["dialog", "understanding", "escalation", "language", "privacy"],
  channels: ["conversation", "escalation", "language", "privacy", "operations"],
  console: ["conversation", "escalation", "language", "privacy", "operations"],
  storage: ["conversation", "escalation", "dialog", "privacy", "operations"],
  web: [],
};

/** Which room may know which outside module. Everyone else does without. */
const onlyIn = {
  "redis|js-redis-server": ["storage"],
  "botbuilder.*|botframework-(schema|connector)": ["channels", "http"],
  "express|express-session": ["channels", "console", "http"],
  i18next: ["language"],
  "@azure/.*": ["understanding/azure"],
  "libphonenumber-js|luxon": ["escalation"],
};

const everyone = "^src/(terms|errors)\\.ts$";
const pure = ["dialog", "understanding", "language", "escalation"];
const pureMayUse = "node_modules/((@types/)?luxon|zod|i18next|libphonenumber-js)(/|$)";

module.exports = {
  forbidden: [
    ...Object.entries(may).map(([room, others]) => ({
      name: `${room}-stays-in-its-room`,
      comment: `src/${room} may import ${others.join(", ") || "no other room"}.`,
      severity: "error",
      from: { path: `^src/${room}/` },
      to: { path: "^src/", pathNot: [everyone, `^src/(${[room, ...others].join("|")})/`] },
    })),
    {
      name: "channels-do-not-know-each-other",
      severity: "error",
      from: { path: "^src/channels/([^/]+)/" },
      to: { path: "^src/channels/[^/]+/", pathNot: "^src/channels/$1/" },
    },
    {
      name: "pure-rooms-touch-nothing",
      comment: "No Node built-ins and no packages: time, randomness and I/O come in as arguments.",
      severity: "error",
      from: { path: `^src/(${pure.join("|")})/`, pathNot: "^src/understanding/azure/" },
      to: { dependencyTypes: ["core", "npm", "npm-dev", "npm-no-pkg", "unknown"], pathNot: pureMayUse },
    },
    ...Object.entries(onlyIn).map(([module, rooms]) => ({
      name: `only-${rooms.join("-and-").replace(/\W+/g, "-")}-may-use-${module.replace(/\W+/g, "-")}`,
      severity: "error",
      from: { path: "^src/", pathNot: `^src/(${rooms.join("|")})/` },
      to: { path: `node_modules/(${module})(/|$)` },
    })),
    { name: "no-circles", severity: "error", from: {}, to: { circular: true } },
    {
      name: "no-orphans",
      severity: "error",
      from: { orphan: true, path: "^src/", pathNot: "^src/(commands|web)/" },
      to: {},
    },
    { name: "tests-stay-out-of-src", severity: "error", from: { path: "^src/" }, to: { path: "^test/" } },
  ],
  options: {
    doNotFollow: { path: "node_modules" },
    tsConfig: { fileName: "tsconfig.json" },
    tsPreCompilationDeps: true,
    enhancedResolveOptions: { exportsFields: ["exports"], conditionNames: ["import", "node"] },
  },
};
