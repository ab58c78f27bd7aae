import { readFileSync } from "node:fs";
import { isRegion, readOrganisation } from "../../src/escalation/organisation.ts";
import { organisationWith, parsedSample } from "./sample.ts";

describe("the organisation's file", () => {
  test("the sample is valid, says that it is for trying out, and holds no phone number", () => {
    expect(organisationWith().tryOut).toBe(true);
    expect(readFileSync("organisation.sample.yaml", "utf8")).not.toMatch(
      /\d[\d -]{7,}\d(?![-\d])(?<!20\d\d-\d\d-\d\d)/,
    );
  });

  test("every fault is named at once, with its place", () => {
    const faulty = {
      ...parsedSample(),
      name: "",
      zone: "Europe/Naast",
      hours: { monday: ["09:00-08:00"], tuesday: ["09:00-12:00", "11:00-13:00"] },
      oppening: true,
    };
    expect(() => readOrganisation(faulty)).toThrow(
      /name[\s\S]*zone[\s\S]*hours\.monday[\s\S]*hours\.tuesday/,
    );
    expect(() => readOrganisation(faulty)).toThrow(/oppening/);
  });

  test("a week without an open day is refused: it could keep no promise", () => {
    expect(() => organisationWith({ hours: {} })).toThrow(/no day of the week is open/);
  });

  test("`all` is every region and cannot be the id of one", () => {
    expect(() => organisationWith({ regions: [{ id: "all", name: "All" }] })).toThrow(/every region/);
    expect(isRegion(organisationWith(), "all")).toBe(true);
    expect(isRegion(organisationWith(), "noord")).toBe(true);
    expect(isRegion(organisationWith(), "elders")).toBe(false);
  });

  test("what parents see when nurses call is a number, or hidden", () => {
    for (const callsFrom of ["070 000 00 00", "+31 70 000 00 00", "hidden"])
      expect(organisationWith({ callsFrom }).callsFrom).toBe(callsFrom);
    for (const callsFrom of ["", "unknown", "112"])
      expect(() => organisationWith({ callsFrom })).toThrow(/callsFrom/);
  });

  test("something that is not a file of ours is refused without a crash", () => {
    for (const parsed of [null, undefined, 7, "text", []])
      expect(() => readOrganisation(parsed)).toThrow("ORGANISATION_FILE");
  });
});
