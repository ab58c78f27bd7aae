import { inspectDialogs } from "../../src/dialog/inspect-dialogs.ts";
import { readDialogs } from "../../src/dialog/read-dialogs.ts";

const inspect = (nodes: Record<string, unknown>): readonly (readonly [string, string])[] => {
  const { book, faults } = readDialogs([{ file: "dialogs/x.yaml", parsed: { id: "x", first: "a", nodes } }], {
    file: "dialogs/themes.yaml",
    parsed: {},
  });
  const ofX = [...faults, ...inspectDialogs(book)].filter(
    ({ file }) => file === "x" || file === "dialogs/x.yaml",
  );
  return ofX.map(({ kind, node }) => [kind, node] as const);
};

test.each([
  ["a node that is missing", { a: { kind: "say", next: "gone" } }, ["missing-node", "a"]],
  ["a dialog that is missing", { a: { kind: "go", dialog: "gone" } }, ["missing-dialog", "a"]],
  ["a node nobody reaches", { a: { kind: "end" }, b: { kind: "end" } }, ["unreachable-node", "b"]],
  [
    "a circle that never waits",
    { a: { kind: "say", next: "b" }, b: { kind: "say", next: "a" } },
    ["circle", "a"],
  ],
  ["a dead end", { a: { kind: "ask", choices: [] } }, ["dead-end", "a"]],
  [
    "a human more than two taps away",
    {
      a: { kind: "ask", nurse: false, choices: [{ id: "on", next: "b" }] },
      b: { kind: "ask", nurse: false, choices: [{ id: "on", next: "c" }] },
      c: { kind: "ask", nurse: false, choices: [{ id: "on", next: "d" }] },
      d: { kind: "end" },
    },
    ["human-too-far", "a"],
  ],
  ["a kind that does not exist", { a: { kind: "shout" } }, ["unreadable", "a"]],
  ["a word that is no field", { a: { kind: "end", loud: true } }, ["unreadable", "a"]],
])("finds %s", (_name, nodes, expected) => {
  expect(inspect(nodes)).toContainEqual(expected);
});

test("reports the faults of all files at once", () => {
  const { faults } = readDialogs(
    [
      { file: "dialogs/one.yaml", parsed: { id: "one" } },
      { file: "dialogs/two.yaml", parsed: 7 },
    ],
    { file: "dialogs/themes.yaml", parsed: "no table" },
  );
  expect(new Set(faults.map(({ file }) => file))).toEqual(
    new Set(["dialogs/one.yaml", "dialogs/two.yaml", "dialogs/themes.yaml"]),
  );
});

test("a fault names the file, the node and what mends it", () => {
  const [fault] = readDialogs(
    [{ file: "dialogs/x.yaml", parsed: { id: "x", first: "a", nodes: { a: { kind: "say" } } } }],
    {
      file: "t",
      parsed: {},
    },
  ).faults;
  expect(fault).toMatchObject({ file: "dialogs/x.yaml", node: "a" });
  expect(fault?.mend).toContain("nodes.a.next");
});
