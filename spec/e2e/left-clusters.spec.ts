import { describeLeftClusters } from '../contracts/left-clusters.ts';
import { embeddedStandingKubernetes } from '../support/standing-kubernetes.ts';

describeLeftClusters('the embedded Kubernetes', embeddedStandingKubernetes);
