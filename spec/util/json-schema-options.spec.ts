import { expect } from 'chai';
import { type JsonSchema, listOptions, resolveOptions } from '../../lib/util/json-schema-options.ts';

const schema: JsonSchema = {
  type: 'object',
  additionalProperties: false,
  properties: {
    name: { type: 'string', default: 'x' },
    port: { type: 'integer', minimum: 0, maximum: 65535, default: 8080 },
    ratio: { type: 'number' },
    strict: { type: 'boolean', default: false },
    level: { type: 'string', enum: ['low', 'high'], default: 'low' },
    account: { type: 'string', pattern: '^[0-9]{12}$' },
    images: { type: 'object', additionalProperties: { type: 'object' }, default: {} },
    publicIp: {
      type: 'object',
      additionalProperties: false,
      default: {},
      properties: {
        address: { type: 'string', default: '127.0.0.1' },
        hostPorts: {
          type: 'object',
          default: {},
          properties: { first: { type: 'integer', default: 1 }, last: { type: 'integer', default: 2 } },
        },
      },
    },
  },
};

const defaults = {
  name: 'x',
  port: 8080,
  strict: false,
  level: 'low',
  images: {},
  publicIp: { address: '127.0.0.1', hostPorts: { first: 1, last: 2 } },
};

const resolve = (values: Record<string, unknown>[], environment: NodeJS.ProcessEnv = {}) =>
  resolveOptions(schema, { prefix: 'KECS', environment, values });

describe('resolveOptions', () => {
  it('parses environment variables by the type of their option', () => {
    const environment = {
      KECS_NAME: '12',
      KECS_PORT: '9',
      KECS_RATIO: '0.5',
      KECS_STRICT: 'true',
      KECS_IMAGES: '{"nginx":{}}',
    };
    const expected = { ...defaults, name: '12', port: 9, ratio: 0.5, strict: true, images: { nginx: {} } };
    expect(resolve([], environment)).to.deep.equal(expected);
  });

  it('names variables of nested options in full', () => {
    expect(resolve([], { KECS_PUBLIC_IP_HOST_PORTS_FIRST: '7' })).to.deep.include({
      publicIp: { address: '127.0.0.1', hostPorts: { first: 7, last: 2 } },
    });
  });

  it('takes an empty variable as one that is not set', () => {
    expect(resolve([], { KECS_PORT: '', KECS_NAME: '' })).to.deep.equal(defaults);
  });

  const refused: [string, Record<string, unknown>, NodeJS.ProcessEnv, RegExp][] = [
    [
      'a number that is none',
      {},
      { KECS_PORT: '80a' },
      /option port is "80a" in .* KECS_PORT: .* 0 to 65535, .* for 8080\./,
    ],
    [
      'a variable out of range',
      {},
      { KECS_PORT: '70000' },
      /port is 70000 in the environment variable KECS_PORT, but must/,
    ],
    ['a number out of range', { port: 70000 }, {}, /option port is 70000, but must be <= 65535: .* for 8080\./],
    [
      'a boolean that is none',
      {},
      { KECS_STRICT: '5' },
      /option strict is 5 in .* KECS_STRICT, but must be boolean: give it true or false/,
    ],
    ['a value outside the choices', { level: 'mid' }, {}, /option level is "mid": give it one of "low", "high"/],
    ['a text of another form', { account: '12' }, {}, /option account is "12", but must match pattern/],
    ['an unknown option', { prot: 1 }, {}, /option prot is unknown: remove it, or use one of name, port,/],
    [
      'an unknown nested option',
      { publicIp: { adress: '' } },
      {},
      /option publicIp\.adress is unknown: .* address, hostPorts/,
    ],
    ['a value in place of a group', { publicIp: 5 }, {}, /option publicIp is 5, but must be object/],
    [
      'a name of the prototype',
      JSON.parse('{"__proto__":{"a":1}}') as Record<string, unknown>,
      {},
      /__proto__ is unknown/,
    ],
  ];
  for (const [what, values, environment, message] of refused)
    it(`refuses ${what}`, () => {
      expect(() => resolve([values], environment)).to.throw(message);
    });

  it('tells everything that is wrong at once', () => {
    expect(() => resolve([{ port: -1, level: 'mid' }])).to.throw(/port is -1.*\n.*level is "mid"/);
  });

  it('names a missing option and its variable', () => {
    const needy = { type: 'object', required: ['token'], properties: { token: { type: 'string' } } };
    expect(() => resolveOptions(needy, { prefix: 'WIRE' })).to.throw(
      'The option token is missing: give it, or set the environment variable WIRE_TOKEN.',
    );
  });

  it('gives the defaults of nested options too', () => {
    expect(resolve([])).to.deep.equal(defaults);
  });

  it('lets later values win, group by group, and leaves out what is undefined', () => {
    const values = [
      { port: 1, publicIp: { address: 'a' } },
      { port: undefined, publicIp: { hostPorts: { last: 9 } } },
    ];
    expect(resolve(values, { KECS_PORT: '3', KECS_NAME: 'env' })).to.deep.equal({
      ...defaults,
      name: 'env',
      port: 1,
      publicIp: { address: 'a', hostPorts: { first: 1, last: 9 } },
    });
  });

  it('replaces a map as a whole', () => {
    expect(resolve([{ images: { a: {} } }, { images: { b: {} } }])).to.deep.include({ images: { b: {} } });
  });

  it('leaves the given values as they were', () => {
    const values = { images: { a: {} }, publicIp: { address: 'a' } };
    const resolved = resolve([values]);
    (resolved['images'] as Record<string, unknown>)['c'] = {};
    expect(values).to.deep.equal({ images: { a: {} }, publicIp: { address: 'a' } });
  });
});

describe('listOptions', () => {
  it('opens groups and keeps maps', () => {
    expect(listOptions(schema, 'KECS').map(({ variable }) => variable)).to.deep.equal([
      'KECS_NAME',
      'KECS_PORT',
      'KECS_RATIO',
      'KECS_STRICT',
      'KECS_LEVEL',
      'KECS_ACCOUNT',
      'KECS_IMAGES',
      'KECS_PUBLIC_IP_ADDRESS',
      'KECS_PUBLIC_IP_HOST_PORTS_FIRST',
      'KECS_PUBLIC_IP_HOST_PORTS_LAST',
    ]);
  });
});
