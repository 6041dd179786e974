import { describeRepair } from '../contracts/repair.ts';
import { realStandingKubernetes } from '../support/standing-kubernetes.ts';

describeRepair('a real Kubernetes', realStandingKubernetes);
