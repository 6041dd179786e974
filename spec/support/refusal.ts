/** What a client is told by a call that must fail: `<error's name>: <message>`. */
export async function refusal(call: Promise<unknown>): Promise<string> {
  try {
    await call;
  } catch (error) {
    const { name, message } = error as Error;
    return `${name}: ${message}`;
  }
  throw new Error('The call was answered, although it must be refused.');
}
