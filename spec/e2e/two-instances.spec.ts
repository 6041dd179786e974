import { describeTwoInstances } from '../contracts/two-instances.ts';
import { embeddedStandingKubernetes } from '../support/standing-kubernetes.ts';

describeTwoInstances('the embedded Kubernetes', embeddedStandingKubernetes);
