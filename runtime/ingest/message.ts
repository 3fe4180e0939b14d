/** A message as the broker keeps it, and one that cannot become a row. */

export interface Message {
  readonly partition: number;
  readonly offset: number;
  /** Milliseconds since 1970. */
  readonly timestamp: number;
  readonly key: Uint8Array | null;
  /** Null for a tombstone. */
  readonly value: Uint8Array | null;
}

/** A message to be set aside, or one that was: why, and its bytes; `key` only where the message itself is at hand. */
export interface Refused { readonly partition: number; readonly offset: number; readonly reason: string; readonly payload: Uint8Array; readonly key: Uint8Array | null }
