import type * as ecs from '@aws-sdk/client-ecs';
import { invalidParameter } from '../errors.ts';
import type { TaskDefinition } from './task-definition.ts';
import type { Wire } from './wire.ts';

/** What RunTask, StartTask and CreateService have in common: where tasks run, and on which network. */
export type LaunchRequest = Wire<
  Pick<ecs.RunTaskCommandInput, 'networkConfiguration' | 'launchType' | 'capacityProviderStrategy' | 'platformVersion'>
>;

export interface TaskNetwork {
  /** Present where the task has a network interface of its own. */
  readonly subnetId: string | undefined;
  readonly assignPublicIp: boolean;
}

/** Stands for the subnet that a caller need not name here. */
const anySubnet = 'subnet-00000000000000000';

/** The rules of network mode awsvpc. Unless `strict`, neither the mode nor a subnet needs to be named. */
export function planNetwork(request: LaunchRequest, definition: TaskDefinition, strict: boolean): TaskNetwork {
  const { networkMode } = definition;
  const vpc = request.networkConfiguration?.awsvpcConfiguration;
  const hasInterface = networkMode === 'awsvpc' || (!strict && networkMode === undefined && isForeseen(request));
  if (networkMode === 'awsvpc' && !vpc) {
    throw invalidParameter("Network Configuration must be provided when networkMode 'awsvpc' is specified.");
  }
  if (vpc && !hasInterface) {
    throw invalidParameter('Network Configuration is not valid for the given networkMode of this task definition.');
  }
  if (strict && vpc && !vpc.subnets?.length) throw invalidParameter('subnets can not be empty.');
  const assignPublicIp = vpc?.assignPublicIp === 'ENABLED';
  if (assignPublicIp && isOnEc2(request, strict)) {
    throw invalidParameter('Assign public IP is not supported for this launch type.');
  }
  return { subnetId: hasInterface ? (vpc?.subnets?.[0] ?? anySubnet) : undefined, assignPublicIp };
}

const isForeseen = ({ networkConfiguration, launchType }: LaunchRequest): boolean =>
  networkConfiguration?.awsvpcConfiguration !== undefined || launchType === 'FARGATE';

/** EC2 is AWS's default; here a task that wants a public IP need not say FARGATE. */
const isOnEc2 = ({ launchType, capacityProviderStrategy }: LaunchRequest, strict: boolean): boolean =>
  launchType === 'EC2' || (strict && launchType === undefined && !capacityProviderStrategy?.length);
