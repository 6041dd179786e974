import type { OperationName } from '../lib/operations/operation.ts';

export interface OperationNote {
  /** What it does here, as a sentence without its subject. */
  readonly does: string;
  /** Where it differs from AWS. */
  readonly differs?: string;
}

/** What docs/operations.md says of each operation; the compiler asks for those that a new version of the SDK brings. */
export const operationNotes: Readonly<Record<OperationName, OperationNote | undefined>> = {
  AssociateGatewayWithCluster: undefined,
  ContinueServiceDeployment: undefined,
  CreateCapacityProvider: {
    does: 'Keeps a provider of an Auto Scaling group, which clusters and strategies can name.',
    differs: 'The group need not exist and nothing scales; Managed Instances are refused.',
  },
  CreateCluster: {
    does: 'Makes a cluster; again, it answers the one that exists.',
    differs: 'A repeated call is compared in the members that were given.',
  },
  CreateDaemon: undefined,
  CreateExpressGatewayService: undefined,
  CreateGateway: undefined,
  CreateService: {
    does: 'Makes a service, whose tasks the service scheduler starts.',
    differs: 'Strategies other than ROLLING are refused; targets and registries are kept only.',
  },
  CreateTaskSet: { does: 'Adds a task set to a service of the controller EXTERNAL.', differs: 'CODE_DEPLOY, too.' },
  DeleteAccountSetting: { does: 'Takes a setting of a principal back; the answer is what holds now.' },
  DeleteAttributes: { does: 'Takes attributes of container instances back and answers those that were there.' },
  DeleteCapacityProvider: {
    does: 'Makes a provider INACTIVE, or DELETE_FAILED while a cluster uses it.',
    differs: 'It takes effect at once.',
  },
  DeleteCluster: {
    does: 'Makes a cluster without tasks and services INACTIVE.',
    differs: 'Its container instances, which are nodes of Kubernetes, are no obstacle.',
  },
  DeleteDaemon: undefined,
  DeleteDaemonTaskDefinition: undefined,
  DeleteExpressGatewayService: undefined,
  DeleteGateway: undefined,
  DeleteService: { does: 'Ends a service that is scaled to 0, or any with force.' },
  DeleteTaskDefinitions: {
    does: 'Deletes revisions that were deregistered.',
    differs: 'They are gone as soon as no task and no service uses them.',
  },
  DeleteTaskSet: { does: 'Ends a task set that is scaled to 0, or any with force.' },
  DeregisterContainerInstance: {
    does: 'Takes a node out of a cluster.',
    differs: 'Its tasks go on being watched, also with force; other clusters keep the node.',
  },
  DeregisterTaskDefinition: {
    does: 'Makes a revision INACTIVE.',
    differs: 'One that is not ACTIVE is answered unchanged.',
  },
  DescribeCapacityProviders: { does: 'Describes providers, FARGATE and FARGATE_SPOT among them.' },
  DescribeClusters: { does: 'Describes clusters with what they count.', differs: 'Attachments are empty.' },
  DescribeContainerInstances: {
    does: 'Describes nodes of Kubernetes as container instances.',
    differs: 'Every cluster has all nodes; agent and Docker versions are those of kubelet and container runtime.',
  },
  DescribeDaemon: undefined,
  DescribeDaemonDeployments: undefined,
  DescribeDaemonRevisions: undefined,
  DescribeDaemonTaskDefinition: undefined,
  DescribeExpressGatewayService: undefined,
  DescribeGateway: undefined,
  DescribeGatewayResources: undefined,
  DescribeGatewayRoute: undefined,
  DescribeServiceDeployments: { does: 'Describes the deployments that a service has or had.' },
  DescribeServiceRevisions: { does: 'Describes what a service ran at a time.' },
  DescribeServices: { does: 'Describes services with deployments, events and counts.' },
  DescribeTaskDefinition: { does: 'Describes a revision, or the latest ACTIVE one of a family.' },
  DescribeTaskSets: {
    does: 'Describes the task sets of a service.',
    differs: 'One is steady whatever the health of its targets.',
  },
  DescribeTasks: {
    does: 'Describes tasks, with the host ports of public ones in networkBindings.',
    differs: 'AWS leaves networkBindings empty for awsvpc.',
  },
  DisassociateGatewayFromCluster: undefined,
  DiscoverPollEndpoint: undefined,
  ExecuteCommand: undefined,
  GetTaskProtection: { does: 'Tells which tasks of services are protected from scale-in, and until when.' },
  ListAccountSettings: { does: 'Lists the settings of a principal, or what holds for it.' },
  ListAttributes: { does: 'Lists attributes of container instances, those of the nodes themselves among them.' },
  ListClusters: { does: 'Lists ACTIVE clusters.' },
  ListContainerInstances: { does: 'Lists nodes of Kubernetes, filtered by status and cluster query language.' },
  ListDaemonDeployments: undefined,
  ListDaemonTaskDefinitions: undefined,
  ListDaemons: undefined,
  ListGatewayClusterAssociations: undefined,
  ListGatewayRoutes: undefined,
  ListGateways: undefined,
  ListServiceDeployments: {
    does: 'Lists the deployments of a service by status and time.',
    differs: "The cluster may come from the service's ARN.",
  },
  ListServices: { does: 'Lists services that are not INACTIVE.' },
  ListServicesByNamespace: {
    does: 'Lists services of a Service Connect namespace.',
    differs: 'A namespace need not exist.',
  },
  ListTagsForResource: { does: 'Lists the tags of a resource.' },
  ListTaskDefinitionFamilies: { does: 'Lists families by prefix and status.' },
  ListTaskDefinitions: { does: 'Lists revisions by family and status, in either order.' },
  ListTasks: { does: 'Lists tasks by family, service, instance, startedBy, status and launch type.' },
  PutAccountSetting: {
    does: 'Puts a setting of a principal.',
    differs: 'Of all settings only containerInsights has an effect; ARNs are long ones always.',
  },
  PutAccountSettingDefault: { does: "Puts the account's own setting.", differs: 'As PutAccountSetting.' },
  PutAttributes: { does: 'Gives container instances attributes.' },
  PutClusterCapacityProviders: { does: 'Gives a cluster its providers and its default strategy.' },
  RegisterContainerInstance: {
    does: 'Registers a node again that was deregistered.',
    differs: 'All others are registered from the start, and there are none but the nodes of Kubernetes.',
  },
  RegisterDaemonTaskDefinition: undefined,
  RegisterTaskDefinition: {
    does: 'Registers a revision.',
    differs: 'What a Pod cannot express is refused or warned about when a task starts, see pods.md.',
  },
  RunTask: {
    does: 'Accepts up to ten tasks and gives public ones their host ports.',
    differs: 'subnets, networkMode, cpu and memory may be missing unless strict; EC2 needs no free capacity.',
  },
  StartTask: { does: 'Starts one task on each of the named container instances.' },
  StopServiceDeployment: { does: 'Rolls a deployment back that is under way, or ends it (ABORT).' },
  StopTask: { does: 'Asks a task to stop: SIGTERM, and SIGKILL after stopTimeout.' },
  SubmitAttachmentStateChanges: undefined,
  SubmitContainerStateChange: undefined,
  SubmitTaskStateChange: undefined,
  TagResource: { does: 'Tags clusters, services, task sets, task definitions, tasks, capacity providers.' },
  UntagResource: { does: 'Takes tags away.' },
  UpdateCapacityProvider: { does: 'Changes the scaling and protection of a provider.', differs: 'Nothing scales.' },
  UpdateCluster: { does: 'Changes settings, configuration and Service Connect defaults.' },
  UpdateClusterSettings: { does: 'Changes settings.' },
  UpdateContainerAgent: { does: 'Answers NoUpdateAvailableException: the agent of a node is its kubelet.' },
  UpdateContainerInstancesState: { does: 'Drains container instances and takes them back.' },
  UpdateDaemon: undefined,
  UpdateExpressGatewayService: undefined,
  UpdateGateway: undefined,
  UpdateService: {
    does: 'Changes a service, with a new deployment where its revision changes.',
    differs: 'The deployment controller stays.',
  },
  UpdateServicePrimaryTaskSet: { does: 'Says which task set serves.' },
  UpdateTaskProtection: { does: 'Protects tasks of services from scale-in for a time.' },
  UpdateTaskSet: { does: 'Scales a task set.' },
};
