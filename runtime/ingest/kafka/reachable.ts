/** Whether a broker answers: asked for what it knows of the cluster, once. */
import { Admin } from "@platformatic/kafka";
import { brokerTrouble, clientOptions } from "./connection.ts";
import { memberName } from "./dead-members.ts";

/** Undefined where it does, else why not, in words that begin with its address. */
export async function brokerProblem(broker: string): Promise<string | undefined> {
  const admin = new Admin({ ...clientOptions([broker], memberName()), retries: 0 });
  try {
    await admin.metadata({ topics: [] });
    return undefined;
  } catch (error) {
    return brokerTrouble([broker], error) ?? String(error);
  } finally {
    await admin.close();
  }
}
