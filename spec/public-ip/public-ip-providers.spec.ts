import { expect } from 'chai';
import { loadConfig } from '../../lib/load-config.ts';
import type { PublicIpConfig } from '../../lib/config.ts';
import { createConfiguredProvider } from '../../lib/public-ip/public-ip-providers.ts';
import { silentLog } from '../../lib/util/log.ts';

describe('the configured provider', () => {
  const warnings: string[] = [];
  const create = (provider: PublicIpConfig['provider'], isEmbedded: boolean) =>
    createConfiguredProvider({
      config: { ...loadConfig({}).publicIp, provider },
      networks: () => Promise.reject(new Error('The Kubernetes client was asked for.')),
      isEmbedded,
      log: { ...silentLog, warn: (text) => warnings.push(text) },
    });
  beforeEach(() => warnings.splice(0));

  for (const provider of ['node-port', 'loopback', 'load-balancer'] as const) {
    it(`is ${provider} where that is named, and asks for no cluster before it is needed`, async () => {
      const made = create(provider, false);
      expect(made.name).to.equal(provider);
      expect(warnings).to.deep.equal([]);
      await made.close?.();
    });
  }

  it('is warned about where it is load-balancer on the embedded Kubernetes, which has none', () => {
    create('load-balancer', true);
    expect(warnings).to.have.length(1);
    expect(warnings[0]).to.include('ends after 60 s').and.include('"node-port"');
  });
});
