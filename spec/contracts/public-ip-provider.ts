export { describePublicIpProvider } from '../../lib/contracts.ts';
