import { Option } from 'commander';

/** The flag that names a running KECS, as of the AWS CLI; `--endpoint` is the same. */
export const endpointFlag = (): Option =>
  new Option('--endpoint, --endpoint-url <url>', 'the running KECS').default(
    process.env['AWS_ENDPOINT_URL_ECS'] ?? process.env['AWS_ENDPOINT_URL'] ?? 'http://127.0.0.1:8080',
  );

/** @throws Error when the endpoint is no URL */
export function endpointPath(endpoint: string, path: string): URL {
  if (/^https?:\/\/./.test(endpoint) && URL.canParse(endpoint))
    return new URL(`${endpoint.replace(/\/+$/, '')}${path}`);
  throw new Error(`The endpoint ${endpoint} is no URL: give --endpoint-url one such as http://127.0.0.1:8080.`);
}

export const nobodyAnswers = (endpoint: string, cause: Error): Error =>
  new Error(`No KECS answers at ${endpoint}. Start one with kecs start, or name its address with --endpoint.`, {
    cause,
  });
