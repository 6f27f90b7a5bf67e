// Moments in words: the one form of date and time that people read.
const two = (value: number) => String(value).padStart(2, "0");

/** Seconds since 1970 UTC as DD/MM/YYYY HH:MM in Malaysia (PUB-UI-3), wherever the phone is. */
export function moment(seconds: number): string {
  const at = new Date((seconds + 8 * 3600) * 1000);
  const day = `${two(at.getUTCDate())}/${two(at.getUTCMonth() + 1)}/${at.getUTCFullYear()}`;
  return `${day} ${two(at.getUTCHours())}:${two(at.getUTCMinutes())} MYT`;
}
