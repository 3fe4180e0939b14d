import { deltaTable } from "neuralake";
import type { Int64, Text, Timestamp } from "neuralake";
import { Entity, PrimaryGeneratedColumn, Column } from "typeorm";

@Entity()
export class Users {
  @PrimaryGeneratedColumn()
  id: Int64;

  @Column({ length: 200 })
  email: Text;

  created_at: Timestamp;
}
