import { readFile, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect } from 'chai';
import { loadConfig } from '../../lib/load-config.ts';
import { createNodePortProvider } from '../../lib/public-ip/node-port.ts';
import { silentLog } from '../../lib/util/log.ts';
import { createMemoryNodePortNetwork } from '../support/memory-node-port-network.ts';

/** What the founding document of assignPublicIp says → the specs that hold it, by their titles. */
const promises: Readonly<Record<string, readonly string[]>> = {
  'enabling external access to containers without requiring `kubectl port-forward`': [
    'lets an external client reach the container at localhost without kubectl port-forward',
  ],
  'Dynamically assigns available ports from the range 32000-32999': [
    'returns the allocated host ports in the task details, from the range 32000-32999',
    'skip a host port on which another program listens',
  ],
  'Maps host ports to NodePort range 30000-30999': [
    'creates a NodePort Service whose NodePort is the host port less 2000',
    "skip a NodePort which a stranger's Service owns",
  ],
  'The k3d cluster must be started with the appropriate port range mapping': [
    'are those of the server node and of the load balancer',
    'hold for their NodePort, protocol and cluster only',
    'has no listener here, and is open once the cluster delivers',
  ],
  'k3d cluster create kecs-cluster --port "32000-32999:30000-30999@server:0" --port "8080:8080@server:0"': [
    'leads the port that it maps for the API to KECS, which says so',
  ],
  'aws ecs run-task … --endpoint-url http://localhost:8080, then curl http://localhost:32000': [
    'runs the usage example',
    'runs the usage example by the AWS CLI',
  ],
  'k3d node edit k3d-<cluster>-serverlb --port-add 32000:30000': [
    'uses a mapping that was added by k3d node edit for the next task, and the running ones go on',
  ],
  'docker inspect k3d-<cluster>-serverlb | grep -A 10 "Ports"': [
    'shows the mapping, the Service and the Pod to the troubleshooting commands',
  ],
  'Port mappings cannot be added dynamically to a running k3d cluster': [
    'routes to the NodePort of a node that this machine can dial',
    "routes through the API server's port-forward where nothing can be dialled",
  ],
  'KECS will return the allocated host ports in the task details': [
    'returns the allocated host ports in the task details, from the range 32000-32999',
    'are one for each port of each container, and lead to it',
  ],
  '32000-32999 (1000 ports available)': ['are 1000 host ports, from 32000 to 32999'],
  '30000-30999 (mapped 1:1 with host ports)': ['creates a Service whose NodePorts go 1:1 with the host ports'],
  'Thread-safe sequential allocation with mutex locks': [
    'hands out ports one after the other from the first of its range',
    'gives callers who ask at the same time ports of their own, in the order of their calls',
    'are thirty, and each leads to its own task',
  ],
  'Maintains task-to-port mappings for cleanup on task termination': [
    'takes Service, Pod and port back when the task stops',
    '${when}: nothing answers there, the Service is gone, and the next task gets the port',
    'keeps it through the SIGKILL of a process, too',
  ],
  'Standard pod with container definitions': [
    'runs one standard Pod with the container definitions, found by kecs.dev/task-id in <cluster>-<region>',
  ],
  'Service name: `task-<task-id>`; labels `kecs.dev/task-id`, `kecs.dev/managed-by`, `kecs.dev/type`; annotation `kecs.dev/task-arn`':
    ['names the Service task-<task-id> and labels and annotates it as documented'],
  'Maximum 1000 concurrent tasks with public IPs': [
    'fail the tasks that find none with RESOURCE:PORTS, while the others of the call start',
    'says how many ports there are, who has them and what to do when none is left',
  ],
  'Released ports remain mapped in k3d until cluster recreation': [
    'are not handed out again at once, but after the range has wrapped',
  ],
  'kubectl get svc -n <cluster>-<region> task-<task-id>': [
    'names the Service task-<task-id> and labels and annotates it as documented',
  ],
  'kubectl get pods -n <cluster>-<region> -l kecs.dev/task-id=<task-id>': [
    'runs one standard Pod with the container definitions, found by kecs.dev/task-id in <cluster>-<region>',
  ],
  'A test script is provided at `examples/test-assignpublicip.sh`': [
    'passes its own test script, examples/test-assignpublicip.sh',
  ],
  'Support configurable port ranges beyond 32000-32999': [
    'moves a task into another configured range, with a Service to match',
    'fail the tasks that find none with RESOURCE:PORTS, while the others of the call start',
  ],
};

describe('The founding document of assignPublicIp', () => {
  let sources: string;

  before(async () => {
    const root = fileURLToPath(new URL('../', import.meta.url));
    const files = (await readdir(root, { recursive: true })).filter((file) => file.endsWith('.ts'));
    sources = (await Promise.all(files.map((file) => readFile(join(root, file), 'utf8')))).join('\n');
  });

  for (const [promise, titles] of Object.entries(promises)) {
    it(`is held to: ${promise}`, () => {
      const missing = titles.filter((title) =>
        ["'", '"', '`'].every((quote) => !sources.includes(`it(${quote}${title}${quote},`)),
      );
      expect(missing).to.deep.equal([]);
    });
  }
});

describe('The public ports by default', () => {
  it('are 1000 host ports, from 32000 to 32999', async () => {
    const { publicIp } = loadConfig({});
    expect(publicIp.hostPorts).to.deep.equal({ first: 32000, last: 32999 });
    expect(publicIp.firstNodePort).to.equal(30000);
    const network = async () => createMemoryNodePortNetwork();
    const provider = createNodePortProvider({ ...publicIp, network, log: silentLog });
    expect(provider.usage?.()).to.deep.equal({ used: 0, total: 1000 });
    await provider.close?.();
  });
});
