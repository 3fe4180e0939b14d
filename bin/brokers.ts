/** Which brokers a project's messages come from: the environment variable's, else the chosen environment's, else the configuration's. */
import type { Config, Environment } from "../runtime/config.ts";
import { Failure } from "../runtime/values/failure.ts";

/** Whether `text` is `host:port`; an IPv6 address stands in brackets. */
export function isBroker(text: string): boolean {
  const [, port = ""] = /^(?:[^\s:[\]]+|\[[0-9a-fA-F:]+\]):(\d{1,5})$/.exec(text) ?? [];
  return Number(port) > 0 && Number(port) < 65_536;
}

/** The brokers, `host:port` each; none where nobody names one. CONFIG_INVALID for a variable that is no such list. */
export function brokersOf(config: Config, environment: Environment | undefined): readonly string[] {
  const named = (process.env["NEURALAKE_KAFKA_BROKERS"] ?? "").split(",").map((broker) => broker.trim()).filter((broker) => broker !== "");
  const wrong = named.find((broker) => !isBroker(broker));
  if (wrong !== undefined) throw new Failure("CONFIG_INVALID", `NEURALAKE_KAFKA_BROKERS names "${wrong}", which is no broker.`, { hint: "Write each as host:port, with commas between them: localhost:9092,localhost:9093.", place: { value: wrong } });
  return named.length > 0 ? named : environment?.kafka?.brokers ?? config.kafka?.brokers ?? [];
}
