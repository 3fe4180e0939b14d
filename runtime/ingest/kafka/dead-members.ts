/**
 * Members of the group whose process on this machine is no more. The group would wait for them until their session ends; it is told at
 * once, so that whoever was killed and started again goes on. Taking the living for dead costs a rebalance, nothing else.
 */
import { hostname } from "node:os";
import { Admin } from "@platformatic/kafka";
import { clientOptions } from "./connection.ts";

/** The name by which the broker knows this process. */
export function memberName(): string {
  return `${prefix()}${process.pid}`;
}

function prefix(): string {
  return `neuralake-ingest@${hostname()}/`;
}

/** Takes the members out whose process is gone. */
export async function retireDeadMembers(brokers: readonly string[], group: string): Promise<void> {
  const admin = new Admin(clientOptions(brokers, memberName()));
  try {
    const members = (await admin.describeGroups({ groups: [group] })).get(group)?.members ?? new Map<string, never>();
    const dead = [...members.values()].filter(({ clientId }) => clientId.startsWith(prefix()) && isGone(Number(clientId.slice(prefix().length))));
    if (dead.length > 0) await admin.removeMembersFromConsumerGroup({ groupId: group, members: dead.map(({ id }) => ({ memberId: id })) });
  } finally {
    await admin.close();
  }
}

function isGone(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return false;
  } catch (error) {
    return error instanceof Error && "code" in error && error.code === "ESRCH";
  }
}
