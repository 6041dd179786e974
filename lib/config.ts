/** The options of KECS as they are in force. plugin.json holds their JSON Schema: names, types, defaults and descriptions. */
export interface Config {
  readonly host: string;
  readonly port: number;
  /** Host names by which KECS may be called beside those that are local by nature (DNS rebinding). */
  readonly allowedHosts: readonly string[];
  readonly region: string;
  /** Twelve digits: the account of callers whose access key names none. */
  readonly account: string;
  /** Path of the state file; absent: nothing is kept beyond the process. */
  readonly state?: string;
  readonly strict: boolean;
  readonly lifecycle: 'aws' | 'instant';
  readonly allowReset: boolean;
  readonly cluster: 'embedded' | 'kubeconfig' | 'k3d';
  /** A context of the kubeconfig; absent: its current one. */
  readonly context?: string;
  readonly kubeconfig?: string;
  readonly k3dName: string;
  /** How many host ports, from the first, a k3d cluster that KECS makes publishes by itself. */
  readonly k3dPorts: number;
  /** CPU requests are the ECS cpu times this. */
  readonly cpuRequestRatio: number;
  /** Tasks may have no privileged containers. */
  readonly forbidPrivileged: boolean;
  /** The directory of a Kubernetes node that stands for EFS and for shared Docker volumes. */
  readonly volumesDirectory: string;
  /** What runs containers on the embedded Kubernetes. */
  readonly containers: 'simulated' | 'docker';
  readonly docker: DockerConfig;
  /** Image pattern (`*` matches any run of characters) → the host command that stands for it on the embedded Kubernetes. */
  readonly images: Readonly<Record<string, HostCommand>>;
  readonly publicIp: PublicIpConfig;
  readonly logLevel: 'silent' | 'error' | 'warn' | 'info' | 'debug';
}

export interface HostCommand {
  /** `{port:80}` stands for the port of this host that container port 80 has, `{host}` for the address to listen on. */
  readonly command: readonly string[];
}

interface DockerConfig {
  /** The image of the container that holds a task's network. */
  readonly sandboxImage: string;
  /** The Docker network that tasks are on. */
  readonly network: string;
}

export interface PublicIpConfig {
  readonly provider: 'node-port' | 'loopback' | 'load-balancer';
  /** The address that host ports listen on and that the APIs show. */
  readonly address: string;
  readonly hostPorts: PortRange;
  /** The first NodePort; nodePort = firstNodePort + (hostPort − hostPorts.first). */
  readonly firstNodePort: number;
  /** The addresses that the provider loopback gives, such as 127.77.0.0/16. */
  readonly loopbackRange: string;
  /** How long the provider load-balancer lets a task wait for its address. */
  readonly loadBalancerSeconds: number;
}

/** Both ends included. */
export interface PortRange {
  readonly first: number;
  readonly last: number;
}
