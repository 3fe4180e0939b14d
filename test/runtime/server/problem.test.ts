import { expect, test } from "vitest";
import { problemOf, withoutFolders } from "../../../runtime/server/problem.ts";
import { Failure } from "../../../runtime/values/failure.ts";

test("a problem tells files by their paths below the folders that it must not tell, in every part", () => {
  const failure = new Failure("FILE_INVALID", "/srv/shop/data/a.csv, line 3", { hint: "Mend /srv/shop/lake/b, in /srv/shop.", place: { file: "/srv/shop/data/a.csv", line: 3, value: "s3://acme/lake/c" } });
  expect(withoutFolders(problemOf(failure), ["/srv/shop", "/srv/shop/lake", "s3://acme/lake", "/"])).toMatchObject({
    detail: "data/a.csv, line 3", hint: "Mend b, in ..", place: { file: "data/a.csv", line: 3, value: "c" },
  });
});

test("a problem without place or hint gets none", () => {
  expect(Object.keys(withoutFolders(problemOf(new Failure("INTERNAL", "no")), ["/srv"]))).toEqual(["type", "title", "status", "code", "detail"]);
});
