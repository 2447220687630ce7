/** Times of metadata, kept in unix seconds, as a field for date and time holds them. Pure. */

const two = (value: number) => String(value).padStart(2, "0");

export function localTime(seconds: number): string {
  const at = new Date(seconds * 1000);
  return `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())}T${two(at.getHours())}:${two(at.getMinutes())}`;
}

/** Null where the field is empty or half filled. */
export function unixTime(local: string): number | null {
  const at = new Date(local).getTime();
  return Number.isNaN(at) ? null : Math.floor(at / 1000);
}
