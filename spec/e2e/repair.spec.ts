import { describeRepair } from '../contracts/repair.ts';
import { embeddedStandingKubernetes } from '../support/standing-kubernetes.ts';

describeRepair('the embedded Kubernetes', embeddedStandingKubernetes);
