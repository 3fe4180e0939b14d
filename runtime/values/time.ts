/** Times as whole counts since 1970, as Arrow, Parquet and Delta keep them: days for a Day, microseconds for the others. */
import { Failure } from "./failure.ts";

const nanosPerMicro = 1_000n;
const microsPerMilli = 1_000n;
const secondsPerDay = 86_400;

/** The first and last days a Day can be, counted from 1970-01-01: the years 0001 to 9999. */
export const firstDay = -719_162;
export const lastDay = 2_932_896;

/** The first and last instants a Timestamp can hold, in microseconds: the years 0001 to 9999. */
const leastMicros = -62_135_596_800_000_000n;
const greatestMicros = 253_402_300_799_999_999n;

/** The days, and the microseconds, on either side of 1970 that Temporal can hold. */
const platformDays = 100_000_000;
const platformMicros = 8_640_000_000_000_000_000n;

/** Days since 1970-01-01. Worked out by hand: the platform's own arithmetic is made for calendars and takes many times as long. */
export function daysOf(day: Temporal.PlainDate): number {
  const iso = day.calendarId === "iso8601" ? day : day.withCalendar("iso8601");
  return daysOfCivil(iso.year, iso.month, iso.day);
}

/** The day that many days after 1970-01-01; VALUE_INVALID beyond what the platform's calendar holds. */
export function dayAt(days: number): Temporal.PlainDate {
  if (Math.abs(days) > platformDays) throw beyond(`${days} days after 1970-01-01`);
  const { year, month, day } = civilOfDays(days);
  return new Temporal.PlainDate(year, month, day);
}

/** Microseconds since 1970; VALUE_INVALID when the instant is finer than a microsecond or outside the years 0001 to 9999. */
export function microsOf(instant: Temporal.Instant): bigint {
  return wholeMicros(instant.epochNanoseconds, instant);
}

/** The instant that many microseconds after 1970; VALUE_INVALID beyond what the platform's clock holds: other writers' "infinity". */
export function instantAt(micros: bigint): Temporal.Instant {
  if (micros > platformMicros || micros < -platformMicros) throw beyond(`${micros} microseconds after 1970`);
  return new Temporal.Instant(micros * nanosPerMicro);
}

/** Microseconds since 1970-01-01T00:00 on the same wall clock; VALUE_INVALID as for `microsOf`. */
export function localMicrosOf(time: Temporal.PlainDateTime): bigint {
  const iso = time.calendarId === "iso8601" ? time : time.withCalendar("iso8601");
  const seconds = daysOfCivil(iso.year, iso.month, iso.day) * secondsPerDay + iso.hour * 3_600 + iso.minute * 60 + iso.second;
  return wholeMicros(BigInt(seconds) * 1_000_000_000n + BigInt(iso.millisecond * 1_000_000 + iso.microsecond * 1_000 + iso.nanosecond), time);
}

/** The wall-clock time that many microseconds after 1970-01-01T00:00; VALUE_INVALID as for `instantAt`. */
export function localTimeAt(micros: bigint): Temporal.PlainDateTime {
  if (micros > platformMicros || micros < -platformMicros) throw beyond(`${micros} microseconds after 1970-01-01T00:00`);
  const fraction = Number(((micros % 1_000_000n) + 1_000_000n) % 1_000_000n);
  const seconds = Number((micros - BigInt(fraction)) / 1_000_000n);
  const days = Math.floor(seconds / secondsPerDay);
  const clock = seconds - days * secondsPerDay;
  const { year, month, day } = civilOfDays(days);
  return new Temporal.PlainDateTime(year, month, day, Math.floor(clock / 3_600), Math.floor(clock / 60) % 60, clock % 60, Math.floor(fraction / 1_000), fraction % 1_000);
}

/** The next whole millisecond at or before (`down`), at or after (`up`) a count of microseconds; in microseconds. */
export function roundToMillis(micros: bigint, towards: "down" | "up"): bigint {
  const rest = ((micros % microsPerMilli) + microsPerMilli) % microsPerMilli;
  if (rest === 0n) return micros;
  return towards === "down" ? micros - rest : micros - rest + microsPerMilli;
}

function wholeMicros(nanos: bigint, time: { toString(): string }): bigint {
  if (nanos % nanosPerMicro !== 0n) {
    throw new Failure("VALUE_INVALID", `${time.toString()} is finer than a microsecond.`, { hint: 'Round it: time.round("microsecond").', place: { value: time.toString() } });
  }
  const micros = nanos / nanosPerMicro;
  if (micros < leastMicros || micros > greatestMicros) {
    throw new Failure("VALUE_INVALID", `${time.toString()} is not in the years 0001 to 9999.`, { place: { value: time.toString() } });
  }
  return micros;
}

function beyond(time: string): Failure {
  return new Failure("VALUE_INVALID", `A value lies ${time}, beyond any calendar's end.`, { hint: "The file holds what its writer takes for infinity: leave such rows out, or cast the column.", place: { value: time } });
}

/** Proleptic Gregorian date to days since 1970-01-01; eras of 400 years start on 1 March, so that the leap day is the last (H. Hinnant, "chrono-Compatible Low-Level Date Algorithms"). */
function daysOfCivil(year: number, month: number, day: number): number {
  const shifted = month <= 2 ? year - 1 : year;
  const era = Math.floor(shifted / 400);
  const yearOfEra = shifted - era * 400;
  const dayOfYear = Math.floor((153 * (month > 2 ? month - 3 : month + 9) + 2) / 5) + day - 1;
  return era * 146_097 + yearOfEra * 365 + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100) + dayOfYear - 719_468;
}

/** The reverse of `daysOfCivil`. */
function civilOfDays(days: number): { readonly year: number; readonly month: number; readonly day: number } {
  const shifted = days + 719_468;
  const era = Math.floor(shifted / 146_097);
  const dayOfEra = shifted - era * 146_097;
  const yearOfEra = Math.floor((dayOfEra - Math.floor(dayOfEra / 1_460) + Math.floor(dayOfEra / 36_524) - Math.floor(dayOfEra / 146_096)) / 365);
  const dayOfYear = dayOfEra - (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100));
  const shiftedMonth = Math.floor((5 * dayOfYear + 2) / 153);
  const month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9;
  return { year: yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, day: dayOfYear - Math.floor((153 * shiftedMonth + 2) / 5) + 1 };
}
