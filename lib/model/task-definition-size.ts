/**
 * "It can be expressed as an integer using CPU units (for example, 1024). It can also be expressed as a string using
 * vCPUs (for example, 1 vCPU or 1 vcpu)" (API_RegisterTaskDefinition.html, cpu). Answers CPU units.
 */
export const parseTaskCpu = (text: string): number | undefined => parse(text, /^(\d+(?:\.\d+)?) *vcpu$/i);

/** "… an integer using MiB (for example, 1024), or … a string using GB (for example, 1GB or 1 GB)". Answers MiB. */
export const parseTaskMemory = (text: string): number | undefined => parse(text, /^(\d+(?:\.\d+)?) *gb$/i);

function parse(text: string, thousands: RegExp): number | undefined {
  if (/^[1-9]\d{0,8}$/.test(text)) return Number(text);
  const value = Number(thousands.exec(text)?.[1]) * 1024;
  return Number.isSafeInteger(value) && value > 0 ? value : undefined;
}
