import { ecsCall } from '../../lib/cli/ecs-call.ts';
import type { Task } from '../../lib/model/task.ts';

/** One task of nginx with a public IP in the cluster `c`, as it is when RunTask answers. */
export async function runWebTask(url: string): Promise<Task & { readonly taskArn: string }> {
  await ecsCall(url, 'CreateCluster', { clusterName: 'c' });
  await ecsCall(url, 'RegisterTaskDefinition', {
    family: 'web',
    containerDefinitions: [{ name: 'web', image: 'nginx', portMappings: [{ containerPort: 80 }] }],
  });
  const { tasks } = await ecsCall(url, 'RunTask', {
    cluster: 'c',
    taskDefinition: 'web',
    networkConfiguration: { awsvpcConfiguration: { subnets: [], assignPublicIp: 'ENABLED' } },
  });
  const [task] = tasks ?? [];
  if (!task?.taskArn) throw new Error('RunTask started no task.');
  return { ...task, taskArn: task.taskArn };
}

/** Where the only port of a running task answers. */
export function addressOf({ containers }: Task): string {
  const { bindIP, hostPort } = containers?.[0]?.networkBindings?.[0] ?? {};
  return `http://${bindIP}:${hostPort}`;
}
