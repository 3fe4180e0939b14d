/** An object of which parts are read as they are needed: of a file that stays open, or of bytes that are all there. */
import { closeSync, fstatSync, openSync, readSync } from "node:fs";
import { Failure } from "../values/failure.ts";

export interface HeldObject {
  /** Bytes. */
  readonly size: number;
  /** Fills `into` with the bytes from `offset` on. STORE_FAILED when the object does not have as many, or cannot be read. */
  copy(offset: number, into: Uint8Array): void;
}

/** The object that these bytes are. */
export function heldBytes(bytes: Uint8Array): HeldObject {
  return {
    size: bytes.length,
    copy(offset, into) {
      if (offset + into.length > bytes.length) throw cutShort("It", offset + into.length, bytes.length);
      into.set(bytes.subarray(offset, offset + into.length));
    },
  };
}

/** Closes the file of what nobody holds any more. */
const closing = new FinalizationRegistry<number>((descriptor) => closeSync(descriptor));

/** The file at an absolute path, as it is now: whoever removes its name takes it from nobody who holds it. Errors of the system as they are. */
export function holdFile(file: string): HeldObject {
  const descriptor = openSync(file, "r");
  const held: HeldObject = {
    size: fstatSync(descriptor).size,
    copy(offset, into) {
      for (let at = 0; at < into.length; ) {
        const read = readPart(file, descriptor, into, at, offset);
        if (read === 0) throw cutShort(file, offset + into.length, offset + at);
        at += read;
      }
    },
  };
  closing.register(held, descriptor);
  return held;
}

function readPart(file: string, descriptor: number, into: Uint8Array, at: number, offset: number): number {
  try {
    return readSync(descriptor, into, at, into.length - at, offset + at);
  } catch (cause) {
    throw new Failure("STORE_FAILED", `The store cannot read ${file}: ${cause instanceof Error ? cause.message : String(cause)}`, { cause, retry: true });
  }
}

function cutShort(what: string, wanted: number, has: number): Failure {
  return new Failure("STORE_FAILED", `${what} was to have ${wanted} bytes, and ends after ${has}.`);
}
