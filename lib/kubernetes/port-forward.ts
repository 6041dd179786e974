import { Duplex, PassThrough } from 'node:stream';
import type { KubeConfig } from '@kubernetes/client-node';
import type { ApiClient } from './api-client.ts';
import { taskNames } from './names.ts';

/** One connection to a port of a task's Pod, through the API server: for hosts that no address of the cluster is routed to. */
export async function portForward(api: ApiClient, taskArn: string, port: number): Promise<Duplex> {
  const { WebSocketHandler } = await import('@kubernetes/client-node/dist/web-socket-handler.js');
  const { namespace, name } = taskNames(taskArn);
  const unused = { stdin: new PassThrough(), stdout: new PassThrough(), stderr: new PassThrough() };
  const handler = new WebSocketHandler(api.access as KubeConfig, undefined, unused);
  const begun = new Set<number>();
  let socket: Awaited<ReturnType<typeof handler.connect>> | undefined;
  const stream = new Duplex({
    read: () => undefined,
    write: (chunk: Buffer, _, done) => {
      if (!socket || socket.readyState !== socket.OPEN)
        return done(new Error(`The port-forward to ${taskArn} has ended.`));
      socket.send(Buffer.concat([Buffer.of(0), chunk]));
      done();
    },
    destroy: (error, done) => {
      socket?.close();
      done(error);
    },
  });
  socket = await handler
    .connect(
      `/api/v1/namespaces/${namespace}/pods/${name}/portforward?ports=${port}`,
      null,
      (channel: number, data: Buffer) => {
        // Channel 0 is the data, channel 1 the error; each begins with two bytes of port number (kubelet, portforward/websocket.go).
        const payload = begun.has(channel) ? data : data.subarray(2);
        begun.add(channel);
        if (payload.length === 0) return true;
        if (channel === 0) stream.push(payload);
        else stream.destroy(new Error(`Port ${port} of ${taskArn} cannot be reached: ${payload.toString()}`));
        return true;
      },
    )
    .catch((error: { message?: string }) => {
      throw new Error(`The API server forwards no port of ${taskArn}: ${error.message}`, { cause: error });
    });
  socket.onclose = () => stream.push(null);
  stream.once('finish', () => socket.close());
  return stream;
}
