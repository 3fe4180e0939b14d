/**
 * A store on S3 whose commits are put by way of a table in DynamoDB, step for step as Spark's S3DynamoDBLogStore does, for Delta tables that OSS
 * Spark writes too: the commit's text is put under a name of its own, a row that only one writer can make says that it is the commit, then it
 * is put under the commit's name and the row is complete. From the row on the commit stands, and whoever comes next, writer or reader,
 * finishes it. All else, and what S3 itself refuses, stays as it is: a name in the log that is taken is never written over.
 */
import { Failure } from "../values/failure.ts";
import type { LogRows } from "./dynamodb-rows.ts";
import { commitOf, openLogCommits } from "./s3-log-commits.ts";
import type { Store } from "./store.ts";

/** The store that commits through `rows`; `uriOf` gives `s3://bucket/path` of a directory. */
export function throughLogTable(store: Store, rows: LogRows, uriOf: (directory: string) => string): Store {
  const { commit, finishNewest, finishOne } = openLogCommits(store, rows, uriOf);
  // A commit is put by its steps alone.
  const { putAfter: _putAfter, ...others } = store;
  return {
    ...others,
    async *list(prefix, options) {
      if (/(^|\/)_delta_log\/$/.test(prefix)) await finishNewest(prefix.slice(0, -"_delta_log/".length));
      yield* store.list(prefix, options);
    },
    async read(path, range) {
      try {
        return await store.read(path, range);
      } catch (error) {
        const name = commitOf(path);
        if (!(error instanceof Failure && error.code === "FILE_NOT_FOUND") || name === undefined || !(await finishOne(name))) throw error;
        return await store.read(path, range);
      }
    },
    async head(path) {
      const found = await store.head(path);
      const name = found === undefined ? commitOf(path) : undefined;
      return name !== undefined && (await finishOne(name)) ? await store.head(path) : found;
    },
    async putIfAbsent(path, bytes) {
      const name = commitOf(path);
      return name === undefined ? await store.putIfAbsent(path, bytes) : await commit(name, bytes);
    },
    async *leftovers(prefix) {
      yield* store.leftovers(prefix);
      // The newest commit may still need its text.
      await finishNewest(prefix);
      for await (const text of store.list(`${prefix}_delta_log/.tmp/`)) yield { ...text, remove: () => store.remove(text.path) };
    },
  };
}
