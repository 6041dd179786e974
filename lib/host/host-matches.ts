/** Whether the Host header fits the pattern, in which `*` matches any run of characters; its port does not count. */
export function hostMatches(pattern: string, header = ''): boolean {
  const host = header.toLowerCase().replace(/:\d+$/, '');
  const parts = pattern.toLowerCase().split('*');
  if (parts.length === 1) return host === parts[0];
  return new RegExp(`^${parts.map((part) => part.replace(/[^\w-]/g, '\\$&')).join('.*')}$`).test(host);
}
