import { mkdir, mkdtemp, realpath, rm, symlink, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { formatOfFile } from "../../../runtime/sources/file-format.ts";
import { findFiles, readablePath } from "../../../runtime/sources/source-files.ts";

let project: string;
beforeAll(async () => {
  project = await realpath(await mkdtemp(path.join(os.tmpdir(), "neuralake-sources-")));
  await mkdir(path.join(project, "data", "deep"), { recursive: true });
  for (const name of ["b.csv", "a.csv", "deep/c.csv", "[x].csv"]) await writeFile(path.join(project, "data", name), "x");
  await symlink(path.join(project, "data"), path.join(project, "link"));
});
afterAll(() => rm(project, { recursive: true }));

test("a location is one file, links followed, or all that a pattern matches, in order", async () => {
  expect(await findFiles(project, "link/a.csv")).toMatchObject([{ file: path.join(project, "data", "a.csv"), size: 1 }]);
  expect((await findFiles(project, "data/**/?.csv")).map(({ file }) => path.relative(project, file))).toEqual(["data/a.csv", "data/b.csv", "data/deep/c.csv"]);
  expect(await findFiles("/", path.join(project, "data", "a.csv"))).toHaveLength(1);
});

test("a name with the marks of a pattern is the file of that name when there is one", async () => {
  expect((await findFiles(project, "data/[x].csv")).map(({ file }) => path.basename(file))).toEqual(["[x].csv"]);
});

test("what is not there is named, and so is what is no file of this machine", async () => {
  for (const location of ["data/none.csv", "data/*.none", "data", "data/a.csv/b"]) await expect(findFiles(project, location)).rejects.toMatchObject({ code: "FILE_NOT_FOUND", place: { file: location } });
  await expect(findFiles(project, "https://example.com/a.csv")).rejects.toMatchObject({ code: "CONFIG_INVALID" });
});

test("the engine is let at the file itself, or at the folder a pattern begins in", () => {
  expect(readablePath(project, "link/a.csv")).toBe(path.join(project, "data", "a.csv"));
  expect(readablePath(project, "link/**/*.csv")).toBe(path.join(project, "data"));
  expect(readablePath(project, "none/a.csv")).toBe(path.join(project, "none", "a.csv"));
});

test("a file's name tells what is in it", () => {
  expect(formatOfFile("/x/T.CSV")).toMatchObject({ kind: "csv", delimiter: "," });
  expect(formatOfFile("t.jsonl")).toEqual({ kind: "json", lines: true });
  expect(() => formatOfFile("t.csv.gz")).toThrow(expect.objectContaining({ code: "FILE_INVALID" }));
});
