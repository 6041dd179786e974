/** What an engine answered: the words without the HTTP status that docker-modem puts around them, or that where there are no words. */
export function wordsOf(error: unknown): string {
  const { json, message } = error as { json?: { message?: string }; message?: string };
  if (json?.message) return json.message;
  if (!message) return String(error);
  return message.replace(/^\(HTTP code \d+\) [\w ]+ - /, '').trim() || message.trim();
}

export function isStatus(error: unknown, ...codes: readonly number[]): boolean {
  return codes.includes((error as { statusCode?: number }).statusCode ?? 0);
}

/** Whether the engine answered at all, and found fault with what was asked. */
export function isRefusal(error: unknown): boolean {
  const { statusCode = 0 } = error as { statusCode?: number };
  return statusCode >= 400 && statusCode < 500;
}
