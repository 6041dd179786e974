/** The account and region that a request speaks for. */
export interface Scope {
  readonly account: string;
  readonly region: string;
}

export interface Arn extends Scope {
  readonly service: string;
  /** What follows the account, e.g. `task/web/0123…`. */
  readonly resource: string;
}

export const ecsArn = ({ account, region }: Scope, resource: string): string =>
  `arn:${partitionOf(region)}:ecs:${region}:${account}:${resource}`;

export const clusterArn = (scope: Scope, name: string): string => ecsArn(scope, `cluster/${name}`);

export const taskDefinitionArn = (scope: Scope, family: string, revision: number): string =>
  ecsArn(scope, `task-definition/${family}:${revision}`);

export const taskArn = (scope: Scope, clusterName: string, taskId: string): string =>
  ecsArn(scope, `task/${clusterName}/${taskId}`);

export const containerArn = (scope: Scope, clusterName: string, taskId: string, containerId: string): string =>
  ecsArn(scope, `container/${clusterName}/${taskId}/${containerId}`);

export function parseArn(text: string): Arn | undefined {
  const match = /^arn:aws[\w-]*:([\w-]+):([\w-]*):(\d{12}|):(.+)$/.exec(text);
  if (!match) return undefined;
  const [, service = '', region = '', account = '', resource = ''] = match;
  return { service, region, account, resource };
}

/** "Amazon Resource Names", AWS General Reference: China and GovCloud have partitions of their own. */
function partitionOf(region: string): string {
  if (region.startsWith('cn-')) return 'aws-cn';
  if (region.startsWith('us-gov-')) return 'aws-us-gov';
  return 'aws';
}
