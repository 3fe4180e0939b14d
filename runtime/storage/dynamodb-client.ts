/**
 * The one door to Amazon's DynamoDB client, loaded with the first request that needs the log's table and by nobody else. Credentials are the
 * SDK's own, as is the endpoint where none is set (AWS_ENDPOINT_URL_DYNAMODB).
 */
import type { DynamoDB } from "@aws-sdk/client-dynamodb";
import { endpointName } from "./endpoint-name.ts";

/** The table of DynamoDB in which the names of commits are taken; what is left out is as Spark's S3DynamoDBLogStore has it. */
export interface LogTable {
  /** "delta_log" when absent. */
  readonly table?: string;
  /** "us-east-1" when absent, whatever region S3 is in. */
  readonly region?: string;
  /** `http://host:port` of a server of one's own. */
  readonly endpoint?: string;
}

export interface LogTableConnection {
  readonly client: DynamoDB;
  readonly table: string;
  /** For messages: `the DynamoDB table delta_log (us-east-1)`. */
  readonly name: string;
}

const connectMs = 10_000;
const silenceMsUsual = 30_000;

/** A new connection, to a server that counts as gone after `silenceMs`; nothing is sent yet. */
export async function connectLogTable({ table = "delta_log", region = "us-east-1", endpoint }: LogTable, silenceMs = silenceMsUsual): Promise<LogTableConnection> {
  const { DynamoDB } = await import("@aws-sdk/client-dynamodb");
  const client = new DynamoDB({ region, requestHandler: { connectionTimeout: connectMs, socketTimeout: silenceMs }, ...(endpoint === undefined ? {} : { endpoint }) });
  const named = endpoint ?? (await client.config.serviceConfiguredEndpoint?.());
  return { client, table, name: `the DynamoDB table ${table} (${named === undefined ? region : endpointName(named)})` };
}
