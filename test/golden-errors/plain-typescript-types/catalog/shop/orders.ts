import { deltaTable, key } from "neuralake";

@deltaTable()
export class Orders {
  @key()
  order_id: bigint;
  customer: string;
  amount: number;
  paid: boolean;
  created_at: Date;
  note?: string;
  tags: string[];
}
