/** A project whose lake lies on S3 and is committed to through DynamoDB, by its configuration or by a variable. */
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { dynamoDBClient, newTableName } from "../services/dynamodb.ts";
import { awsEnvironment, makeBucket } from "../services/s3-server.ts";
import { withServices } from "../services/with-services.ts";
import { makeShop, runCommand, type Shop } from "./command.ts";

await withServices(["minio", "dynamodb"], "a lake that Spark writes too", ({ minio, dynamodb }) => {
  let shop: Shop;
  beforeAll(async () => { shop = await makeShop(); });
  afterAll(() => shop.remove());

  const commitsIn = async (table: string): Promise<readonly (string | undefined)[]> => {
    const client = dynamoDBClient(dynamodb);
    const { Items = [] } = await client.scan({ TableName: table, ConsistentRead: true }).finally(() => client.destroy());
    return Items.map((row) => `${row["tablePath"]?.S}/_delta_log/${row["fileName"]?.S} ${row["complete"]?.S}`).toSorted();
  };

  test("commits through the table that neuralake.config.ts names, and through the variable's before that", async () => {
    const bucket = await makeBucket(minio, "shop");
    const [configured, named] = [newTableName(), newTableName()];
    const s3 = { logStore: { dynamodb: { table: configured, endpoint: dynamodb.endpoint } } };
    await writeFile(join(shop.folder, "neuralake.config.ts"), `export default ${JSON.stringify({ root: `s3://${bucket}/a`, s3, environments: { prod: { root: `s3://${bucket}/b` } } })};\n`);
    const env = { ...awsEnvironment(minio), NEURALAKE_ROOT: "" };
    for (const [args, more] of [[["apply"], {}], [["apply", "--env", "prod"], { NEURALAKE_DYNAMODB_TABLE: named }]] as const) {
      const { code, stderr } = await runCommand(shop.folder, args, { ...env, ...more });
      expect([code, stderr]).toEqual([0, ""]);
    }
    const first = "_delta_log/00000000000000000000.json true";
    expect(await commitsIn(configured)).toContain(`s3a://${bucket}/a/shop/orders/${first}`);
    expect(await commitsIn(named)).toContain(`s3a://${bucket}/b/shop/orders/${first}`);
    const { stdout } = await runCommand(shop.folder, ["describe", "shop.orders", "--json"], env);
    expect(JSON.parse(stdout)).toMatchObject({ version: 0, location: `s3://${bucket}/a/shop/orders` });
  });
});
