export const PASSWORD_MIN_LENGTH = 10;

export type PasswordProblem = "tooShort" | "likeYou" | "common";

/** Beginnings of what people type when a form asks for «a password»; the server knows twenty thousand. */
const COMMON = /^(password|passw0rd|qwerty|letmein|welcome|iloveyou|administrator|abc123|abcdef|1q2w3e|123456|11111|00000)/i;

function parts(text: string): string[] {
  return text
    .toLowerCase()
    .split(/[\s@._+-]+/)
    .filter((part) => part.length > 3);
}

/** The server's rules as far as the browser can tell; the server has the last word. */
export function passwordProblem(password: string, personal: readonly string[]): PasswordProblem | null {
  if (password.length < PASSWORD_MIN_LENGTH) return "tooShort";
  if (COMMON.test(password)) return "common";
  const lower = password.toLowerCase();
  if (personal.flatMap(parts).some((part) => lower.includes(part) && part.length * 2 >= lower.length)) return "likeYou";
  return null;
}

/** 0 (unusable) to 4 (strong): how long and how varied it is. */
export function passwordStrength(password: string, personal: readonly string[]): 0 | 1 | 2 | 3 | 4 {
  if (passwordProblem(password, personal)) return password ? 1 : 0;
  const kinds = [/[a-z]/, /[A-Z]/, /\d/, /[^A-Za-z0-9]/].filter((kind) => kind.test(password)).length;
  const distinct = new Set(password).size;
  const bits = Math.min(password.length, distinct * 1.6) * (2 + kinds * 0.75);
  if (bits >= 64) return 4;
  return bits >= 40 ? 3 : 2;
}
