import type {
  V1Container,
  V1EnvFromSource,
  V1EnvVar,
  V1ResourceRequirements,
  V1SecurityContext,
  V1VolumeMount,
} from '@kubernetes/client-node';
import type { Phase } from '../model/container-order.ts';
import { portsIn } from '../model/port-range.ts';
import type { ContainerDefinition } from '../model/task-definition.ts';
import { TaskRefused } from '../runtime/task-runtime.ts';
import { healthProbes } from './health-probes.ts';
import { encodeName } from './names.ts';
import { secretVariables } from './secret-manifests.ts';

/** What the Pod as a whole decides of a container. */
export interface ContainerPlace {
  readonly phase: Phase;
  readonly resources: V1ResourceRequirements;
  readonly mounts: readonly V1VolumeMount[];
  /** The name of the Secret with the values of the task's secrets. */
  readonly secretName: string;
  /** The kubelet starts it again whenever it exits. */
  readonly restarts: boolean;
  /** Absent: nothing holds back its start. */
  readonly gate?: V1EnvFromSource;
}

export function containerManifest(container: ContainerDefinition, place: ContainerPlace): V1Container {
  const { phase, resources, mounts, secretName, restarts, gate } = place;
  const { name = '', image = '', entryPoint = [], command = [], workingDirectory } = container;
  const security = securityContext(container);
  const env = variablesOf(container, secretName);
  return {
    name: encodeName(name),
    image,
    ...(entryPoint.length > 0 && { command: entryPoint.map(literal) }),
    ...(command.length > 0 && { args: command.map(literal) }),
    ...(gate && { envFrom: [gate] }),
    ...(env.length > 0 && { env }),
    ...(workingDirectory && { workingDir: workingDirectory }),
    ...portsOf(container),
    ...(Object.keys(resources).length > 0 && { resources }),
    ...(Object.keys(security).length > 0 && { securityContext: security }),
    ...(mounts.length > 0 && { volumeMounts: [...mounts] }),
    ...(container.interactive && { stdin: true }),
    ...(container.pseudoTerminal && { tty: true }),
    ...(restarts && { restartPolicy: 'Always' }),
    ...healthProbes(container, phase),
  };
}

/** The health checks' start periods by container, or undefined if no container has one. */
export function startPeriodsOf(containers: readonly ContainerDefinition[]): Record<string, number> | undefined {
  const periods = containers.flatMap(({ name = '', healthCheck }) =>
    healthCheck?.startPeriod ? [[name, healthCheck.startPeriod] as const] : [],
  );
  return periods.length > 0 ? Object.fromEntries(periods) : undefined;
}

/** Kubernetes expands `$(NAME)` and `$$` in these texts ("Define Dependent Environment Variables"); ECS does not. */
const literal = (text: string): string => (/\$[$(]/.test(text) ? text.replaceAll('$', '$$$$') : text);

/** A secret takes the place of a variable of its name, as the ECS agent has it. */
function variablesOf(container: ContainerDefinition, secretName: string): V1EnvVar[] {
  const { environment = [], secrets = [] } = container;
  const own = environment.filter(({ name }) => !secrets.some((secret) => secret.name === name));
  return [
    ...own.map(({ name = '', value = '' }) => ({ name, value: literal(value) })),
    ...secretVariables(container, secretName),
  ];
}

function portsOf({ portMappings = [] }: ContainerDefinition): Pick<V1Container, 'ports'> {
  const ports = portMappings.flatMap(({ containerPort, containerPortRange, protocol = 'tcp' }) => {
    const numbers = containerPortRange ? listed(portsIn(containerPortRange)) : containerPort ? [containerPort] : [];
    return numbers.map((number) => ({ containerPort: number, protocol: protocol.toUpperCase() }));
  });
  return ports.length > 0 ? { ports } : {};
}

/** "Not specifying a port here DOES NOT prevent that port from being exposed" (Container): a wide range would only fill the Pod. */
const listed = (ports: number[]): number[] => (ports.length > 1000 ? [] : ports);

function securityContext(container: ContainerDefinition): V1SecurityContext {
  const { add = [], drop = [] } = container.linuxParameters?.capabilities ?? {};
  return {
    ...userOf(container),
    ...(container.readonlyRootFilesystem && { readOnlyRootFilesystem: true }),
    ...(container.privileged && { privileged: true }),
    ...(container.dockerSecurityOptions?.includes('no-new-privileges') && { allowPrivilegeEscalation: false }),
    ...((add.length > 0 || drop.length > 0) && {
      capabilities: { ...(add.length > 0 && { add }), ...(drop.length > 0 && { drop }) },
    }),
  };
}

function userOf({ name, user }: ContainerDefinition): Pick<V1SecurityContext, 'runAsUser' | 'runAsGroup'> {
  if (!user) return {};
  const match = /^(\d+)(?::(\d+))?$/.exec(user);
  if (!match) {
    throw new TaskRefused(
      `Container ${name} has user "${user}": Kubernetes knows users and groups by number only. Write uid or uid:gid, e.g. 1000:1000.`,
    );
  }
  const [, uid, gid] = match;
  return { runAsUser: Number(uid), ...(gid !== undefined && { runAsGroup: Number(gid) }) };
}
