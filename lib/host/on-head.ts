import type { OutgoingHttpHeader, OutgoingHttpHeaders, ServerResponse } from 'node:http';

type HeadHeaders = OutgoingHttpHeaders | OutgoingHttpHeader[];

/** Calls `listener` once, when the head is about to be written; it finds all headers set and may change them. */
export function onHead(response: ServerResponse, listener: () => void): void {
  const writeHead = response.writeHead.bind(response);
  response.writeHead = (status: number, reason?: string | HeadHeaders, headers?: HeadHeaders) => {
    response.writeHead = writeHead;
    response.statusCode = status;
    if (typeof reason === 'string') response.statusMessage = reason;
    for (const [name, value] of entries(typeof reason === 'object' ? reason : headers)) response.setHeader(name, value);
    listener();
    return response.writeHead(response.statusCode);
  };
}

function* entries(headers: HeadHeaders = {}): Iterable<[string, OutgoingHttpHeader]> {
  const pairs = Array.isArray(headers) ? pairsOf(headers) : Object.entries(headers);
  for (const [name, value] of pairs) if (value !== undefined) yield [name, value];
}

/** node:http takes a flat list of names and values too. */
const pairsOf = (flat: OutgoingHttpHeader[]): [string, OutgoingHttpHeader | undefined][] =>
  flat.flatMap((name, index) => (index % 2 === 0 ? [[String(name), flat[index + 1]]] : []));
