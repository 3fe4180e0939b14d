/** Which groups of files one COPY writes: it holds all of their rows, so few and small ones. */
import { expect, test } from "vitest";
import { copiesOf } from "../../../runtime/query/copy-groups.ts";

const megabyte = 1024 ** 2;
const group = (size: number, ...rows: readonly (number | undefined)[]) => rows.map((own) => ({ size: size * megabyte, ...(own === undefined ? {} : { rows: own }) }));
const column = (name: string) => ({ name, type: { kind: "int32" }, nullable: true }) as const;
const sizes = (groups: Parameters<typeof copiesOf>[0], name = "id"): readonly number[] => copiesOf(groups, [column(name)]).map(({ length }) => length);

test("groups are written together by their number, their bytes and their rows, in their order", () => {
  const many = Array.from({ length: 100 }, (_, k) => group(0.1, k, 1));
  expect(copiesOf(many, []).flat()).toEqual(many);
  expect(sizes(many)).toEqual([32, 32, 32, 4]);
  expect(sizes(Array.from({ length: 7 }, () => group(5, 1)))).toEqual([3, 3, 1]);
  expect(sizes(Array.from({ length: 5 }, () => group(0.01, 5_000, 5_000)))).toEqual([3, 2]);
  expect(sizes([group(1, 1), group(100, 1), group(1, 1), group(1, 1)])).toEqual([1, 1, 2]);
  expect(sizes([])).toEqual([]);
});

test("a group whose rows are not known is written alone, and each where a column has the name that groups are told by", () => {
  expect(sizes([group(1, 1), group(1, 1), group(1, 1, undefined), group(1, 1)])).toEqual([2, 1, 1]);
  expect(sizes([group(1, 1), group(1, 1)], "GROUP of the row")).toEqual([1, 1]);
});
