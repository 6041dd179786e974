import { deleteAccountSetting } from './account-settings/delete-account-setting.ts';
import { listAccountSettings } from './account-settings/list-account-settings.ts';
import { putAccountSetting } from './account-settings/put-account-setting.ts';
import { putAccountSettingDefault } from './account-settings/put-account-setting-default.ts';
import { createCapacityProvider } from './capacity-providers/create-capacity-provider.ts';
import { deleteCapacityProvider } from './capacity-providers/delete-capacity-provider.ts';
import { describeCapacityProviders } from './capacity-providers/describe-capacity-providers.ts';
import { updateCapacityProvider } from './capacity-providers/update-capacity-provider.ts';
import { createCluster } from './clusters/create-cluster.ts';
import { deleteCluster } from './clusters/delete-cluster.ts';
import { describeClusters } from './clusters/describe-clusters.ts';
import { listClusters } from './clusters/list-clusters.ts';
import { putClusterCapacityProviders } from './clusters/put-cluster-capacity-providers.ts';
import { updateCluster } from './clusters/update-cluster.ts';
import { updateClusterSettings } from './clusters/update-cluster-settings.ts';
import { createService } from './services/create-service.ts';
import { deleteService } from './services/delete-service.ts';
import { describeServiceDeployments } from './services/describe-service-deployments.ts';
import { describeServiceRevisions } from './services/describe-service-revisions.ts';
import { describeServices } from './services/describe-services.ts';
import { listServiceDeployments } from './services/list-service-deployments.ts';
import { listServices } from './services/list-services.ts';
import { listServicesByNamespace } from './services/list-services-by-namespace.ts';
import { stopServiceDeployment } from './services/stop-service-deployment.ts';
import { updateService } from './services/update-service.ts';
import { listContainerInstances } from './container-instances/list-container-instances.ts';
import { describeContainerInstances } from './container-instances/describe-container-instances.ts';
import { updateContainerInstancesState } from './container-instances/update-container-instances-state.ts';
import { deregisterContainerInstance } from './container-instances/deregister-container-instance.ts';
import { registerContainerInstance } from './container-instances/register-container-instance.ts';
import { updateContainerAgent } from './container-instances/update-container-agent.ts';
import { putAttributes } from './attributes/put-attributes.ts';
import { deleteAttributes } from './attributes/delete-attributes.ts';
import { listAttributes } from './attributes/list-attributes.ts';
import { listTagsForResource } from './tags/list-tags-for-resource.ts';
import { tagResource } from './tags/tag-resource.ts';
import { untagResource } from './tags/untag-resource.ts';
import { deleteTaskDefinitions } from './task-definitions/delete-task-definitions.ts';
import { deregisterTaskDefinition } from './task-definitions/deregister-task-definition.ts';
import { describeTaskDefinition } from './task-definitions/describe-task-definition.ts';
import { listTaskDefinitionFamilies } from './task-definitions/list-task-definition-families.ts';
import { listTaskDefinitions } from './task-definitions/list-task-definitions.ts';
import { registerTaskDefinition } from './task-definitions/register-task-definition.ts';
import { getTaskProtection } from './task-protection/get-task-protection.ts';
import { updateTaskProtection } from './task-protection/update-task-protection.ts';
import { createTaskSet } from './task-sets/create-task-set.ts';
import { deleteTaskSet } from './task-sets/delete-task-set.ts';
import { describeTaskSets } from './task-sets/describe-task-sets.ts';
import { updateServicePrimaryTaskSet } from './task-sets/update-service-primary-task-set.ts';
import { updateTaskSet } from './task-sets/update-task-set.ts';
import { describeTasks } from './tasks/describe-tasks.ts';
import { listTasks } from './tasks/list-tasks.ts';
import { runTask } from './tasks/run-task.ts';
import { startTask } from './tasks/start-task.ts';
import { stopTask } from './tasks/stop-task.ts';
import { notImplemented } from './not-implemented.ts';
import type { Operations } from './operation.ts';

/** Every operation of the SDK; the compiler asks for those that a new version of it brings. */
export const operations = {
  AssociateGatewayWithCluster: notImplemented('AssociateGatewayWithCluster'),
  ContinueServiceDeployment: notImplemented('ContinueServiceDeployment'),
  CreateCapacityProvider: createCapacityProvider,
  CreateCluster: createCluster,
  CreateDaemon: notImplemented('CreateDaemon'),
  CreateExpressGatewayService: notImplemented('CreateExpressGatewayService'),
  CreateGateway: notImplemented('CreateGateway'),
  CreateService: createService,
  CreateTaskSet: createTaskSet,
  DeleteAccountSetting: deleteAccountSetting,
  DeleteAttributes: deleteAttributes,
  DeleteCapacityProvider: deleteCapacityProvider,
  DeleteCluster: deleteCluster,
  DeleteDaemon: notImplemented('DeleteDaemon'),
  DeleteDaemonTaskDefinition: notImplemented('DeleteDaemonTaskDefinition'),
  DeleteExpressGatewayService: notImplemented('DeleteExpressGatewayService'),
  DeleteGateway: notImplemented('DeleteGateway'),
  DeleteService: deleteService,
  DeleteTaskDefinitions: deleteTaskDefinitions,
  DeleteTaskSet: deleteTaskSet,
  DeregisterContainerInstance: deregisterContainerInstance,
  DeregisterTaskDefinition: deregisterTaskDefinition,
  DescribeCapacityProviders: describeCapacityProviders,
  DescribeClusters: describeClusters,
  DescribeContainerInstances: describeContainerInstances,
  DescribeDaemon: notImplemented('DescribeDaemon'),
  DescribeDaemonDeployments: notImplemented('DescribeDaemonDeployments'),
  DescribeDaemonRevisions: notImplemented('DescribeDaemonRevisions'),
  DescribeDaemonTaskDefinition: notImplemented('DescribeDaemonTaskDefinition'),
  DescribeExpressGatewayService: notImplemented('DescribeExpressGatewayService'),
  DescribeGateway: notImplemented('DescribeGateway'),
  DescribeGatewayResources: notImplemented('DescribeGatewayResources'),
  DescribeGatewayRoute: notImplemented('DescribeGatewayRoute'),
  DescribeServiceDeployments: describeServiceDeployments,
  DescribeServiceRevisions: describeServiceRevisions,
  DescribeServices: describeServices,
  DescribeTaskDefinition: describeTaskDefinition,
  DescribeTaskSets: describeTaskSets,
  DescribeTasks: describeTasks,
  DisassociateGatewayFromCluster: notImplemented('DisassociateGatewayFromCluster'),
  DiscoverPollEndpoint: notImplemented('DiscoverPollEndpoint'),
  ExecuteCommand: notImplemented('ExecuteCommand'),
  GetTaskProtection: getTaskProtection,
  ListAccountSettings: listAccountSettings,
  ListAttributes: listAttributes,
  ListClusters: listClusters,
  ListContainerInstances: listContainerInstances,
  ListDaemonDeployments: notImplemented('ListDaemonDeployments'),
  ListDaemonTaskDefinitions: notImplemented('ListDaemonTaskDefinitions'),
  ListDaemons: notImplemented('ListDaemons'),
  ListGatewayClusterAssociations: notImplemented('ListGatewayClusterAssociations'),
  ListGatewayRoutes: notImplemented('ListGatewayRoutes'),
  ListGateways: notImplemented('ListGateways'),
  ListServiceDeployments: listServiceDeployments,
  ListServices: listServices,
  ListServicesByNamespace: listServicesByNamespace,
  ListTagsForResource: listTagsForResource,
  ListTaskDefinitionFamilies: listTaskDefinitionFamilies,
  ListTaskDefinitions: listTaskDefinitions,
  ListTasks: listTasks,
  PutAccountSetting: putAccountSetting,
  PutAccountSettingDefault: putAccountSettingDefault,
  PutAttributes: putAttributes,
  PutClusterCapacityProviders: putClusterCapacityProviders,
  RegisterContainerInstance: registerContainerInstance,
  RegisterDaemonTaskDefinition: notImplemented('RegisterDaemonTaskDefinition'),
  RegisterTaskDefinition: registerTaskDefinition,
  RunTask: runTask,
  StartTask: startTask,
  StopServiceDeployment: stopServiceDeployment,
  StopTask: stopTask,
  SubmitAttachmentStateChanges: notImplemented('SubmitAttachmentStateChanges'),
  SubmitContainerStateChange: notImplemented('SubmitContainerStateChange'),
  SubmitTaskStateChange: notImplemented('SubmitTaskStateChange'),
  TagResource: tagResource,
  UntagResource: untagResource,
  UpdateCapacityProvider: updateCapacityProvider,
  UpdateCluster: updateCluster,
  UpdateClusterSettings: updateClusterSettings,
  UpdateContainerAgent: updateContainerAgent,
  UpdateContainerInstancesState: updateContainerInstancesState,
  UpdateDaemon: notImplemented('UpdateDaemon'),
  UpdateExpressGatewayService: notImplemented('UpdateExpressGatewayService'),
  UpdateGateway: notImplemented('UpdateGateway'),
  UpdateService: updateService,
  UpdateServicePrimaryTaskSet: updateServicePrimaryTaskSet,
  UpdateTaskProtection: updateTaskProtection,
  UpdateTaskSet: updateTaskSet,
} satisfies Operations;
