import { expect } from 'chai';
import { framesOf } from '../../../lib/embedded-kubernetes/docker/engine-stream.ts';

const frame = (stream: number, text: string): Buffer => {
  const header = Buffer.alloc(8);
  header[0] = stream;
  header.writeUInt32BE(Buffer.byteLength(text), 4);
  return Buffer.concat([header, Buffer.from(text)]);
};

const read = async (chunks: Buffer[], isTerminal = false) => {
  const frames: [number, string][] = [];
  const source = (async function* () {
    yield* chunks;
  })();
  for await (const { stream, data } of framesOf(source, isTerminal)) frames.push([stream, data.toString()]);
  return frames;
};

describe('a stream of the engine', () => {
  const whole = Buffer.concat([frame(1, 'out'), frame(2, 'err'), frame(1, ''), frame(1, 'more')]);
  const frames = [
    [1, 'out'],
    [2, 'err'],
    [1, ''],
    [1, 'more'],
  ];

  it('is taken apart', async () => {
    expect(await read([whole])).to.deep.equal(frames);
  });

  it('is put together first, however it was cut', async () => {
    for (let size = 1; size < whole.length; size++) {
      const chunks = Array.from({ length: Math.ceil(whole.length / size) }, (_, i) =>
        whole.subarray(i * size, (i + 1) * size),
      );
      expect(await read(chunks), `chunks of ${size}`).to.deep.equal(frames);
    }
  });

  it('is one where there is a terminal', async () => {
    expect(await read([Buffer.from('a'), Buffer.from('b')], true)).to.deep.equal([
      [1, 'a'],
      [1, 'b'],
    ]);
  });
});
