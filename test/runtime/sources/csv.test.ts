import { mkdtemp, rm, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { readHeader } from "../../../runtime/sources/csv-header.ts";
import { recordLines } from "../../../runtime/sources/record-lines.ts";

let file: string;
beforeAll(async () => {
  file = path.join(await mkdtemp(path.join(os.tmpdir(), "neuralake-csv-")), "t.csv");
});
afterAll(() => rm(path.dirname(file), { recursive: true }));

describe("the header of a CSV file", () => {
  test.each([
    ["a,b\n1,2", ",", ["a", "b"]], ["\uFEFFa,b\r\n", ",", ["a", "b"]], ['"a,""x""\n",b', ",", ['a,"x"\n', "b"]], ["a||b||c\n", "||", ["a", "b", "c"]], ["only", ",", ["only"]], [" a , b", ",", [" a ", " b"]], ["a,\n", ",", ["a", ""]],
  ])("%j", async (text, delimiter, names) => {
    await writeFile(file, text);
    expect(await readHeader(file, delimiter)).toEqual(names);
  });

  test.each(["", "\n1", "a,b,a\n"])("is refused when it is none: %j", async (text) => {
    await writeFile(file, text);
    await expect(readHeader(file, ",")).rejects.toMatchObject({ code: "FILE_INVALID", place: { file, line: 1 } });
  });
});

describe("the lines of records", () => {
  test("count quoted line breaks and blank lines, but not as records", async () => {
    await writeFile(file, 'a,b\r\n1,"x\ny"\n\n2,"""\n"\n3,z\n');
    expect(await recordLines(file, [0, 1, 2], { quoted: true, header: true })).toEqual([2, 5, 7]);
    expect(await recordLines(file, [1], { quoted: true, header: false })).toEqual([2]);
  });

  test("of NDJSON take quotes as they are", async () => {
    await writeFile(file, '{"a":"\\""}\n  \n{"b":1}\n{"c":2}');
    expect(await recordLines(file, [0, 2], { quoted: false, header: false })).toEqual([1, 4]);
  });
});
