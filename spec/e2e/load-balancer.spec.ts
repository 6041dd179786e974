import { describeLoadBalancer } from '../contracts/load-balancer.ts';
import { embeddedApi } from '../support/embedded-api.ts';
import { startEmulator } from '../support/start-emulator.ts';

describeLoadBalancer('the embedded Kubernetes', {
  start: (publicIp) => startEmulator({ publicIp }),
  kubernetes: embeddedApi,
  routeTo:
    async () =>
    ({ nodePort = 0 }) => ({ host: '127.0.0.1', port: nodePort }),
});
