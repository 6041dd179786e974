import { describeLeftClusters } from '../contracts/left-clusters.ts';
import { realStandingKubernetes } from '../support/standing-kubernetes.ts';

describeLeftClusters('a real Kubernetes', realStandingKubernetes);
