import { expect } from 'chai';
import { warningsBefore } from '../../../lib/kubernetes/k3d/k3d-warnings.ts';

describe('what is said before a k3d cluster is made', () => {
  const before = (k3dPorts: number, first: number, address = '127.0.0.1') =>
    warningsBefore({
      k3dName: 'kecs',
      k3dPorts,
      publicIp: { address, hostPorts: { first, last: first + 1999 }, firstNodePort: 30_000 },
    });

  it('is nothing for the default', () => {
    expect(before(100, 32_000)).to.deep.equal([]);
  });

  it('is the cost of a large range', () => {
    expect(before(1000, 20_000).join()).to.include('1000 mapped ports').and.include('710 MB').and.include('14 s');
  });

  it('is that Linux uses the ports above 32767 itself', () => {
    expect(before(100, 33_000).join()).to.include('Host ports above 32767 (here up to 33099)');
  });

  it('is nothing of ports on an IPv6 address, which k3d does not map', () => {
    expect(before(1000, 33_000, '::1')).to.deep.equal([]);
  });
});
