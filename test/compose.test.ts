/** compose.yaml, as docker compose reads it; no container engine is needed. */
import { access, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { expect, test } from "vitest";
import { withServices } from "./services/with-services.ts";

const project = path.join(import.meta.dirname, "..");

await withServices(["compose"], "compose.yaml", ({ compose }) => {
  const read = () => compose(path.join(project, "compose.yaml"));

  test("has the services of the tests, each with a health check, and is reached from this machine alone", async () => {
    const { services } = await read();
    expect(Object.keys(services).sort()).toEqual(["dynamodb", "kafka", "minio", "versitygw"]);
    for (const [name, { ports, healthcheck }] of Object.entries(services)) {
      expect(ports.map(({ host_ip }) => host_ip), name).toEqual(["127.0.0.1"]);
      expect(healthcheck?.test[0], name).toBe("CMD");
    }
  });

  test("names the Kafka that the tests run", async () => {
    const { services } = await read();
    const pom = await readFile(path.join(project, "test/services/kafka/pom.xml"), "utf8");
    const [, release] = /<artifactId>kafka_2\.13<\/artifactId>\s*<version>([^<]+)</.exec(pom) ?? [];
    expect(services["kafka"]?.image).toBe(`apache/kafka:${release}`);
  });

  test("names the DynamoDB that the tests run", async () => {
    const { services } = await read();
    const pom = await readFile(path.join(project, "test/services/dynamodb/pom.xml"), "utf8");
    const [, release] = /<artifactId>DynamoDBLocal<\/artifactId>\s*<version>([^<]+)</.exec(pom) ?? [];
    expect(services["dynamodb"]?.image).toBe(`amazon/dynamodb-local:${release}`);
  });

  test("builds the S3 servers from the modules that the tests build them from", async () => {
    const { services } = await read();
    for (const name of ["minio", "versitygw"]) {
      const build = services[name]?.build;
      expect(build?.context).toBe(path.join(project, "test/services", name));
      await access(path.join(build?.context ?? "", "go.sum"));
      const [, command] = new RegExp(`goBinary\\("${name}", "([^"]+)"\\)`).exec(await readFile(path.join(project, `test/services/${name}.ts`), "utf8")) ?? [];
      expect(build?.dockerfile_inline).toContain(` -o /${name} ${command}\n`);
    }
  });

  test("would be refused with a word that compose does not know", async () => {
    const folder = await mkdtemp(path.join(tmpdir(), "neuralake-compose-"));
    try {
      await writeFile(path.join(folder, "compose.yaml"), "services:\n  kafka:\n    imag: apache/kafka\n");
      await expect(compose(path.join(folder, "compose.yaml"))).rejects.toThrow("imag");
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  });
});
