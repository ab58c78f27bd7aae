import { writeCsv } from "../../src/console/csv.ts";

describe("CSV", () => {
  test.each(["=1+1", "+31", "-1", "@SUM(A1)", "\tx", "\rx"])("%j stays text in a spreadsheet", (field) => {
    expect(writeCsv([[field]])).toMatch(/^"?'/);
  });

  test("quotes, commas and new lines stay within their field", () => {
    expect(writeCsv([['a "b", c', "d\ne", 3, null]])).toBe('"a ""b"", c","d\ne",3,\r\n');
  });
});
