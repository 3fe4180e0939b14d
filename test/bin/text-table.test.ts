import { expect, test } from "vitest";
import { formatTable } from "../../bin/text-table.ts";
import type { Style } from "../../bin/terminal.ts";

const plain = (text: string): string => text;
const style: Style = { strong: plain, quiet: plain, blue: plain, coral: plain };
const table = (...rows: string[][]): string[] => formatTable([{ title: "name" }, { title: "n", right: true }], rows, style);

test("text stands to the left and numbers to the right, with no space at the end of a line", () => {
  expect(table(["Oakland", "7"], ["SF", "1,234"])).toEqual(["name         n", "Oakland      7", "SF       1,234"]);
  expect(formatTable([{ title: "a" }, { title: "b" }], [["x", "yy"], ["x", ""]], style)).toEqual(["a  b", "x  yy", "x"]);
});

test("a table without rows is its titles", () => {
  expect(table()).toEqual(["name  n"]);
});

test("wide characters take two columns", () => {
  expect(table(["東京", "1"], ["Oslo", "2"])).toEqual(["name  n", "東京  1", "Oslo  2"]);
});

test("line breaks and escape sequences of data cannot move the cursor", () => {
  expect(table(["a\nb\u001b[2J", "1"])[1]).toBe("a\\nb\\u001b[2J  1");
});

test("a long cell is cut with an ellipsis, and never inside a character", () => {
  const [, line = ""] = table(["😈".repeat(50), "1"]);
  expect(line).toBe(`${"😈".repeat(29)}…  1`);
});
