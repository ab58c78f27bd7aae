/** ESM packages that Jest's CommonJS runner has to be given as CommonJS. */
const esmPackages = "(openid-client|oauth4webapi|jose|oidc-provider|connect-redis|@noble|playwright-core)";

export default {
  testEnvironment: "node",
  testMatch: ["<rootDir>/test/**/*.test.ts"],
  modulePathIgnorePatterns: ["<rootDir>/dist/"],
  transform: {
    "^.+\\.(ts|m?js)$": [
      "@swc/jest",
      {
        jsc: { target: "es2023", parser: { syntax: "typescript" } },
        module: { type: "commonjs" },
      },
    ],
  },
  transformIgnorePatterns: [`/node_modules/(?!${esmPackages}/)`],
  testTimeout: 30_000,
};
