import type { ECSClient } from '@aws-sdk/client-ecs';
import { answerFaults } from './answer-faults.ts';

interface Answer {
  statusCode: number;
  body: AsyncIterable<Uint8Array> | Uint8Array;
}

/** Makes every successful answer that the client gets fail the spec if the SDK's model of it says otherwise. */
export function checkAnswers(client: ECSClient): ECSClient {
  client.middlewareStack.add(
    (next, { commandName = '' }) =>
      async (args) => {
        const result = await next(args);
        const answer = result.response as Answer;
        if (answer.statusCode === 200) {
          const body = await collect(answer.body);
          // The deserializer that follows takes bytes as well as a stream.
          answer.body = body;
          const faults = answerFaults(commandName.replace(/Command$/, ''), JSON.parse(body.toString('utf8')));
          if (faults.length > 0) throw new Error(`The answer is not as the ECS model has it: ${faults.join(' ')}`);
        }
        return result;
      },
    { name: 'checkAnswers', step: 'deserialize', priority: 'low' },
  );
  return client;
}

async function collect(body: Answer['body']): Promise<Buffer> {
  if (body instanceof Uint8Array) return Buffer.from(body);
  const chunks: Uint8Array[] = [];
  for await (const chunk of body) chunks.push(chunk);
  return Buffer.concat(chunks);
}
