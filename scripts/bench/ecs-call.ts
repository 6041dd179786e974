import { Agent, type IncomingHttpHeaders, request } from 'node:http';

export interface Endpoint {
  readonly name: string;
  readonly port: number;
}

export interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
}

const connections = new Agent({ keepAlive: true, maxSockets: 32 });

/** None of the servers checks signatures; the scope in it tells them the service and the region. */
const authorization =
  'AWS4-HMAC-SHA256 Credential=bench/20260101/us-east-1/SERVICE/aws4_request, ' +
  'SignedHeaders=host;x-amz-date, Signature=0000000000000000000000000000000000000000000000000000000000000000';

export const ecsHeaders = (operation: string): Record<string, string> => ({
  'content-type': 'application/x-amz-json-1.1',
  'x-amz-target': `AmazonEC2ContainerServiceV20141113.${operation}`,
  'x-amz-date': '20260101T000000Z',
  authorization: authorization.replace('SERVICE', 'ecs'),
});

/** Calls an ECS operation. @throws Error when the answer is not 200. */
export async function call<T>(endpoint: Endpoint, operation: string, input: object): Promise<T> {
  const answer = await send(endpoint.port, 'POST', '/', ecsHeaders(operation), JSON.stringify(input));
  if (answer.status !== 200) {
    throw new Error(`${endpoint.name} answered ${operation} with ${answer.status}: ${answer.text.slice(0, 500)}`);
  }
  return JSON.parse(answer.text) as T;
}

/** Calls an EC2 operation, whose protocol is a form and XML. */
export async function callEc2(endpoint: Endpoint, action: string): Promise<string> {
  const headers = {
    'content-type': 'application/x-www-form-urlencoded; charset=utf-8',
    'x-amz-date': '20260101T000000Z',
    authorization: authorization.replace('SERVICE', 'ec2'),
  };
  const answer = await send(endpoint.port, 'POST', '/', headers, `Action=${action}&Version=2016-11-15`);
  if (answer.status !== 200)
    throw new Error(`${endpoint.name} answered ${action} with ${answer.status}: ${answer.text}`);
  return answer.text;
}

export function send(
  port: number,
  method: string,
  path: string,
  headers: Record<string, string>,
  body: string,
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const options = { host: '127.0.0.1', port, method, path, agent: connections, timeout: 30_000 };
    const sent = request(
      { ...options, headers: { ...headers, 'content-length': String(Buffer.byteLength(body)) } },
      (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.on('error', reject);
        response.on('end', () =>
          resolve({
            status: response.statusCode ?? 0,
            headers: response.headers,
            text: Buffer.concat(chunks).toString('utf8'),
          }),
        );
      },
    );
    sent.on('timeout', () => sent.destroy(new Error(`Port ${port} did not answer within 30 s.`)));
    sent.on('error', (error: NodeJS.ErrnoException) => {
      // "request.reusedSocket" in Node's documentation: the server may close an idle connection as it is taken up again.
      if (sent.reusedSocket && error.code === 'ECONNRESET') resolve(send(port, method, path, headers, body));
      else reject(error);
    });
    sent.end(body);
  });
}
