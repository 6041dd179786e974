import { NodePortTaken } from '../public-ip/node-port-network.ts';
import { PublicIpUnavailable } from '../public-ip/public-ip-provider.ts';
import { ApiError } from './api-client.ts';

/** What the API server says of a Service that it does not take, as providers know it. */
export function serviceError(error: unknown): unknown {
  if (!(error instanceof ApiError)) return error;
  return nodePortError(error) ?? (isForGood(error) ? refused(error) : error);
}

/** The API server's words (pkg/registry/core/service/portallocator): the port is named in the message only. */
function nodePortError(error: ApiError): Error | undefined {
  const [, port] =
    /Invalid value: (\d+): provided port is (?:already allocated|not in the valid range)/.exec(error.message) ?? [];
  if (!port) return undefined;
  if (error.message.includes('already allocated')) return new NodePortTaken(Number(port), { cause: error });
  const range = /range of valid ports is ([\d-]+)/.exec(error.message)?.[1];
  return new PublicIpUnavailable(
    `NodePort ${port} is outside of the range ${range} of the Kubernetes cluster: set publicIp.firstNodePort and ` +
      'publicIp.hostPorts so that all NodePorts lie in it, or start the cluster with a wider --service-node-port-range.',
    { cause: error },
  );
}

/** 422: the Service is not valid; 403: a quota or an admission policy forbids it, not the state of things, e.g. a namespace that is being deleted. */
const isForGood = ({ status, message }: ApiError): boolean =>
  status === 422 || (status === 403 && !message.includes('because it is being terminated'));

const refused = (error: ApiError): Error =>
  new PublicIpUnavailable(`Kubernetes refused the Service of the task: ${error.message}`, { cause: error });
