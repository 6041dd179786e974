import { expect } from 'chai';
import { firstToGo } from '../../lib/model/scale-in-order.ts';
import { arnsOf, tasksOf } from '../support/service-tasks.ts';

describe('firstToGo', () => {
  const rows = [
    { tasks: 'hhh', count: 1, gone: 'd2', why: 'the newest among equals' },
    { tasks: 'hph', count: 1, gone: 'd1', why: 'what does not run yet before what does' },
    { tasks: 'hus', count: 2, gone: 'd1 d2', why: 'what is unhealthy before what starts' },
    { tasks: 'hHH', count: 2, gone: 'd0', why: 'no protected task, even where too few others are there' },
    { tasks: 'hhh', count: 0, gone: '', why: 'nothing for 0' },
    { tasks: 'hh', count: 5, gone: 'd0 d1', why: 'all where more are asked for' },
  ];
  for (const { tasks, count, gone, why } of rows) {
    it(`chooses ${why}`, () => expect(arnsOf(firstToGo(tasksOf('d', tasks), count))).to.equal(gone));
  }

  it('keeps the Availability Zones in balance, then the instances', () => {
    const places = ['a i1', 'a i1', 'a i2', 'b i3', 'b i3'];
    const tasks = tasksOf('d', 'hhhhh').map((task, i) => {
      const [zone = '', instance = ''] = places[i]?.split(' ') ?? [];
      return { ...task, zone, instance };
    });
    expect(arnsOf(firstToGo(tasks, 3))).to.equal('d1 d4 d2');
  });
});
