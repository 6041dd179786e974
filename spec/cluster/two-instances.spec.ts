import { describeTwoInstances } from '../contracts/two-instances.ts';
import { realStandingKubernetes } from '../support/standing-kubernetes.ts';

describeTwoInstances('a real Kubernetes', realStandingKubernetes);
