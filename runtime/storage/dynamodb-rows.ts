/**
 * The rows of commits in the log's table, attribute for attribute as Spark's S3DynamoDBLogStore has them:
 *
 *   tablePath   S  key   s3a://bucket/path/of/table, without trailing slash
 *   fileName    S  key   00000000000000000012.json
 *   tempPath    S        where the commit's text lies, below _delta_log: .tmp/<fileName>.<uuid>
 *   complete    S        "true" once the text lies under its name too, else "false"
 *   expireTime  N        seconds since 1970 after which a complete row may go, a day on; the table's time to live may point at it
 */
import type { AttributeValue } from "@aws-sdk/client-dynamodb";
import { Failure } from "../values/failure.ts";
import { connectLogTable } from "./dynamodb-client.ts";
import type { LogTable, LogTableConnection } from "./dynamodb-client.ts";
import { tableAnswer, tableFailure } from "./dynamodb-failure.ts";
import { openTries } from "./tries.ts";

export interface LogRow {
  readonly tablePath: string;
  readonly fileName: string;
  readonly tempPath: string;
  readonly complete: boolean;
}

/** The failures of all of these are STORE_FAILED, which nothing was done by, or as they say. */
export interface LogRows {
  /** A commit's row; undefined when there is none. */
  get(tablePath: string, fileName: string): Promise<LogRow | undefined>;
  /** That of the newest commit of a table. */
  newest(tablePath: string): Promise<LogRow | undefined>;
  /** Puts a row whose key nobody has, and makes the table first where there is none. STORE_UNDECIDED when nobody knows whether it is there. */
  putNew(row: LogRow): Promise<"written" | "exists">;
  /** Says of a row, whatever it says by now, that its commit lies under its name. */
  complete(row: LogRow): Promise<void>;
  /** For messages. */
  name(): Promise<string>;
}

const keptSeconds = 24 * 60 * 60;

/** The rows of a table; nothing is sent before one is asked for. */
export function openLogRows(settings: LogTable, silenceMs?: number): LogRows {
  let connection: Promise<LogTableConnection> | undefined;
  const connect = (): Promise<LogTableConnection> => (connection ??= connectLogTable(settings, silenceMs));
  /** Where there is no table nobody ever committed through it. */
  async function find(what: string, act: (connection: LogTableConnection) => Promise<{ readonly [attribute: string]: AttributeValue } | undefined>): Promise<LogRow | undefined> {
    const connected = await connect();
    try {
      const item = await act(connected);
      return item === undefined ? undefined : rowOf(item, connected.name);
    } catch (error) {
      if (tableAnswer(error) === "no table") return undefined;
      throw tableFailure(error, connected.name, what);
    }
  }
  return {
    name: async () => (await connect()).name,
    get: (tablePath, fileName) => find(`${fileName} of ${tablePath}`, async ({ client, table }) => (await client.getItem({ TableName: table, ConsistentRead: true, Key: { tablePath: { S: tablePath }, fileName: { S: fileName } } })).Item),
    newest: (tablePath) => find(`the newest commit of ${tablePath}`, async ({ client, table }) => {
      const { Items } = await client.query({
        TableName: table, ConsistentRead: true, ScanIndexForward: false, Limit: 1,
        KeyConditionExpression: "tablePath = :tablePath", ExpressionAttributeValues: { ":tablePath": { S: tablePath } },
      });
      return Items?.[0];
    }),
    putNew: async (row) => await putNew(await connect(), row),
    async complete(row) {
      const { client, table, name } = await connect();
      try {
        const expireTime = { N: String(Math.floor(Date.now() / 1_000) + keptSeconds) };
        await client.putItem({ TableName: table, Item: { ...itemOf({ ...row, complete: true }), expireTime } });
      } catch (error) {
        throw tableFailure(error, name, `the end of ${row.fileName} of ${row.tablePath}`);
      }
    },
  };
}

/** The text's own name tells, behind a try that got no answer, and behind those that the client makes by itself, whether a row is ours. */
async function putNew(connection: LogTableConnection, row: LogRow): Promise<"written" | "exists"> {
  const { client, table, name } = connection;
  const what = `${row.fileName} of ${row.tablePath}`;
  const another = openTries();
  let unanswered = false;
  for (;;) {
    try {
      await client.putItem({ TableName: table, Item: itemOf(row), ConditionExpression: "attribute_not_exists(fileName)" });
      return "written";
    } catch (error) {
      const answer = tableAnswer(error);
      if (answer === "taken") return (await isOurs(connection, row)) ? "written" : "exists";
      if (answer === "no table") await makeTable(connection);
      unanswered ||= answer === "unknown";
      if (answer !== "refused" && (await another())) continue;
      const failure = tableFailure(error, name, what);
      if (!unanswered) throw failure;
      throw undecided(what, failure);
    }
  }
}

async function isOurs({ client, table, name }: LogTableConnection, row: LogRow): Promise<boolean> {
  const what = `${row.fileName} of ${row.tablePath}`;
  try {
    const { Item } = await client.getItem({ TableName: table, ConsistentRead: true, Key: { tablePath: { S: row.tablePath }, fileName: { S: row.fileName } } });
    return Item?.["tempPath"]?.S === row.tempPath;
  } catch (error) {
    throw undecided(what, tableFailure(error, name, what));
  }
}

function undecided(what: string, { message, hint, cause }: Failure): Failure {
  return new Failure("STORE_UNDECIDED", `It is not known whether ${what} was committed: ${message}`, { retry: true, cause, ...(hint === undefined ? {} : { hint }) });
}

/** Somebody else may be making it. */
async function makeTable({ client, table, name }: LogTableConnection): Promise<void> {
  try {
    await client.createTable({
      TableName: table,
      BillingMode: "PAY_PER_REQUEST",
      AttributeDefinitions: [{ AttributeName: "tablePath", AttributeType: "S" }, { AttributeName: "fileName", AttributeType: "S" }],
      KeySchema: [{ AttributeName: "tablePath", KeyType: "HASH" }, { AttributeName: "fileName", KeyType: "RANGE" }],
    });
  } catch (error) {
    if (tableAnswer(error) !== "busy") throw tableFailure(error, name, "its making");
  }
  try {
    await client.waitUntilTableExists({ TableName: table }, { maxWaitTime: 60, minDelay: 1 });
  } catch (error) {
    throw tableFailure(error, name, "its making");
  }
}

function itemOf({ tablePath, fileName, tempPath, complete }: LogRow): { readonly [attribute: string]: AttributeValue } {
  return { tablePath: { S: tablePath }, fileName: { S: fileName }, tempPath: { S: tempPath }, complete: { S: String(complete) } };
}

/** STORE_FAILED for a row that Spark would not write: what it stands for is not known. */
function rowOf(item: { readonly [attribute: string]: AttributeValue }, name: string): LogRow {
  const { tablePath, fileName, tempPath, complete } = item;
  const isRow = tablePath?.S !== undefined && fileName?.S !== undefined && tempPath?.S !== undefined && (complete?.S === "true" || complete?.S === "false");
  if (isRow && !/^\/|^[a-z0-9]+:|(^|\/)\.\.(\/|$)/i.test(tempPath.S)) return { tablePath: tablePath.S, fileName: fileName.S, tempPath: tempPath.S, complete: complete.S === "true" };
  throw new Failure("STORE_FAILED", `${name[0]?.toUpperCase()}${name.slice(1)} has a row that is no commit's: ${fileName?.S ?? "without fileName"} of ${tablePath?.S ?? "no table"}.`, { hint: "Its tempPath is a path below _delta_log, and complete \"true\" or \"false\". Mend the row by hand." });
}
