/** What node:http alone can do: reads and parses each request, answers always the same bytes. Arguments: port, headers and body as JSON. */
import { createServer } from 'node:http';

const [port = '', headers = '{}', body = ''] = process.argv.slice(2);
const bytes = Buffer.from(body);
const answerHeaders = { ...(JSON.parse(headers) as Record<string, string>), 'content-length': String(bytes.length) };

createServer((request, response) => {
  const chunks: Buffer[] = [];
  request.on('data', (chunk: Buffer) => chunks.push(chunk));
  request.on('end', () => {
    JSON.parse(Buffer.concat(chunks).toString('utf8'));
    response.writeHead(200, answerHeaders).end(bytes);
  });
}).listen(Number(port), '127.0.0.1');
