export { describePublicIpProvider, type PublicIpSetup } from '../../lib/contracts.ts';
