/** Through which table of DynamoDB a project commits on S3: the environment variable's, else the chosen environment's, else the configuration's, else none. */
import type { Config, DynamoDBConfig, Environment } from "../runtime/config.ts";
import { Failure } from "../runtime/values/failure.ts";

/** Whether DynamoDB would take it as a table's name. */
export function isTableName(text: string): boolean {
  return /^[A-Za-z0-9_.-]{3,255}$/.test(text);
}

/** The table, where commits go through one. CONFIG_INVALID for a variable that names none. */
export function logTableOf(config: Config, environment: Environment | undefined): DynamoDBConfig | undefined {
  const configured = (environment?.s3 ?? config.s3)?.logStore?.dynamodb;
  const table = process.env["NEURALAKE_DYNAMODB_TABLE"] ?? "";
  if (table === "") return configured;
  if (!isTableName(table)) throw new Failure("CONFIG_INVALID", `NEURALAKE_DYNAMODB_TABLE names "${table}", which no table can be called.`, { hint: "Write a name such as delta_log.", place: { value: table } });
  return { ...configured, table };
}
