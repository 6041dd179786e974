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

export const serviceArn = (scope: Scope, clusterName: string, serviceName: string): string =>
  ecsArn(scope, `service/${clusterName}/${serviceName}`);

/** @param id 19 digits on AWS */
export const serviceRevisionArn = (scope: Scope, clusterName: string, serviceName: string, id: string): string =>
  ecsArn(scope, `service-revision/${clusterName}/${serviceName}/${id}`);

/** @param id 21 letters and digits on AWS */
export const serviceDeploymentArn = (scope: Scope, clusterName: string, serviceName: string, id: string): string =>
  ecsArn(scope, `service-deployment/${clusterName}/${serviceName}/${id}`);

/** @param id `ecs-svc/` and 19 digits */
export const taskSetArn = (scope: Scope, clusterName: string, serviceName: string, id: string): string =>
  ecsArn(scope, `task-set/${clusterName}/${serviceName}/${id}`);

export const containerArn = (scope: Scope, clusterName: string, taskId: string, containerId: string): string =>
  ecsArn(scope, `container/${clusterName}/${taskId}/${containerId}`);

/** The role that ECS makes for itself ("Using service-linked roles for Amazon ECS", Developer Guide). */
export const ecsServiceRole = '/aws-service-role/ecs.amazonaws.com/AWSServiceRoleForECS';

/** @param role an ARN, or a name with or without a path: "you would specify /foo/bar as the role name" (API_CreateService.html) */
export const iamRoleArn = ({ account, region }: Scope, role: string): string =>
  parseArn(role) ? role : `arn:${partitionOf(region)}:iam::${account}:role/${role.replace(/^\//, '')}`;

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
