/** `kecs/contracts`: the specs that implementations of an interface must pass, for a runner with `describe` and `it`. */
export { describePublicIpProvider } from './public-ip/contract/describe-public-ip-provider.ts';
export type { PublicIpSetup } from './public-ip/contract/setup.ts';
